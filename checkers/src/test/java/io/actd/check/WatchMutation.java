package io.actd.check;

import static io.actd.check.Histories.isPut;
import static io.actd.check.Histories.revision;
import static io.actd.check.Histories.some;

import com.google.protobuf.ByteString;
import io.actd.check.History.Rule;
import io.actd.check.History.Watch;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Ways in which a server could break a promise to a watch. Each breaks one by its name, and shows in the plainest way, by
 * looking at all events that were shown, that it is broken.
 */
enum WatchMutation {
    SWAP_TWO_ANSWERS(Rule.WATCH_ORDERED) {
        @Override
        Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random) {
            List<WatchResponse> answers = new ArrayList<>(watch.responses());
            return some(indices(answers), random, i -> i > 0 && hasEvents(answers, i) && hasEvents(answers, i - 1))
                    .map(i -> {
                        answers.set(i, watch.responses().get(i - 1));
                        answers.set(i - 1, watch.responses().get(i));
                        return answers;
                    });
        }

        @Override
        boolean isBroken(Watch mutant, List<Event> log) {
            List<Event> shown = shown(mutant);
            return IntStream.range(1, shown.size()).anyMatch(i -> revision(shown.get(i)) < revision(shown.get(i - 1)));
        }
    },
    SWAP_TWO_EVENTS(Rule.WATCH_ORDERED) {
        @Override
        Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random) {
            List<WatchResponse> answers = new ArrayList<>(watch.responses());
            return some(answers, random, answer -> answer.getEventsCount() > 1).map(i -> {
                WatchResponse.Builder answer = answers.get(i).toBuilder();
                Event first = answer.getEvents(0);
                answer.setEvents(0, answer.getEvents(1)).setEvents(1, first);
                answers.set(i, answer.build());
                return answers;
            });
        }

        @Override
        boolean isBroken(Watch mutant, List<Event> log) {
            List<Integer> places = shown(mutant).stream()
                    .map(event -> log.indexOf(plain(event)))
                    .toList();
            return IntStream.range(1, places.size()).anyMatch(i -> places.get(i) < places.get(i - 1));
        }
    },
    REPEAT_AN_ANSWER(Rule.WATCH_UNIQUE) {
        @Override
        Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random) {
            List<WatchResponse> answers = new ArrayList<>(watch.responses());
            return some(answers, random, answer -> answer.getEventsCount() > 0).map(i -> {
                answers.add(i, answers.get(i));
                return answers;
            });
        }

        @Override
        boolean isBroken(Watch mutant, List<Event> log) {
            return hasTwice(mutant);
        }
    },
    RESUME_TOO_EARLY(Rule.WATCH_UNIQUE) {
        @Override
        Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random) {
            List<WatchResponse> answers = new ArrayList<>(watch.responses());
            return some(answers, random, answer -> answer.getEventsCount() > 0).map(i -> {
                answers.add(i + 1, SimulatedWatch.created());
                answers.add(i + 2, answers.get(i));
                return answers;
            });
        }

        @Override
        boolean isBroken(Watch mutant, List<Event> log) {
            return hasTwice(mutant);
        }
    },
    SPLIT_A_REVISION(Rule.WATCH_ATOMIC) {
        @Override
        Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random) {
            List<WatchResponse> answers = new ArrayList<>(watch.responses());
            return some(answers, random, WatchMutation::endsWithSeveral).map(i -> {
                WatchResponse whole = answers.get(i);
                int last = whole.getEventsCount() - 1;
                answers.set(i, whole.toBuilder().removeEvents(last).build());
                answers.add(
                        i + 1,
                        whole.toBuilder()
                                .clearEvents()
                                .addEvents(whole.getEvents(last))
                                .build());
                return answers;
            });
        }

        @Override
        boolean isBroken(Watch mutant, List<Event> log) {
            return IntStream.range(1, mutant.responses().size()).anyMatch(i -> {
                WatchResponse one = mutant.responses().get(i - 1);
                WatchResponse other = mutant.responses().get(i);
                return other.getEventsCount() > 0
                        && one.getEventsList().stream()
                                .anyMatch(event -> revision(event) == revision(other.getEvents(0)));
            });
        }
    },
    END_WITHIN_A_REVISION(Rule.WATCH_ATOMIC) {
        @Override
        Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random) {
            List<WatchResponse> answers = new ArrayList<>(watch.responses());
            return some(answers, random, WatchMutation::endsWithSeveral).map(i -> {
                int last = answers.get(i).getEventsCount() - 1;
                answers.set(i, answers.get(i).toBuilder().removeEvents(last).build());
                return answers.subList(0, i + 1);
            });
        }

        @Override
        boolean isBroken(Watch mutant, List<Event> log) {
            List<Event> shown = shown(mutant);
            long last = revision(shown.get(shown.size() - 1));
            return log.stream()
                            .filter(event -> revision(event) == last && isWanted(mutant, event))
                            .count()
                    > shown.stream().filter(event -> revision(event) == last).count();
        }
    },
    DROP_AN_ANSWER(Rule.WATCH_RELIABLE) {
        @Override
        Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random) {
            List<WatchResponse> answers = new ArrayList<>(watch.responses());
            return some(
                            indices(answers),
                            random,
                            i -> hasEvents(answers, i - 1) && hasEvents(answers, i) && hasEvents(answers, i + 1))
                    .map(i -> {
                        answers.remove((int) i);
                        return answers;
                    });
        }

        @Override
        boolean isBroken(Watch mutant, List<Event> log) {
            return hasGap(mutant, log);
        }
    },
    DROP_AN_EVENT(Rule.WATCH_RELIABLE) {
        @Override
        Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random) {
            List<WatchResponse> answers = new ArrayList<>(watch.responses());
            return some(answers, random, answer -> answer.getEventsCount() > 2).map(i -> {
                answers.set(i, answers.get(i).toBuilder().removeEvents(1).build());
                return answers;
            });
        }

        @Override
        boolean isBroken(Watch mutant, List<Event> log) {
            return hasGap(mutant, log);
        }
    },
    BEGIN_TOO_LATE(Rule.WATCH_RESUMABLE) {
        @Override
        Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random) {
            List<WatchResponse> answers = new ArrayList<>(watch.responses());
            int first = IntStream.range(0, answers.size())
                    .filter(i -> hasEvents(answers, i))
                    .findFirst()
                    .orElse(-1);
            if (first == -1 || IntStream.range(first + 1, answers.size()).noneMatch(i -> hasEvents(answers, i)))
                return Optional.empty();
            answers.remove(first);
            answers.removeIf(answer -> answer.getEventsCount() == 0 && !answer.getCreated());
            return Optional.of(answers);
        }

        @Override
        boolean isBroken(Watch mutant, List<Event> log) {
            Event first = shown(mutant).get(0);
            return log.stream()
                    .anyMatch(event -> isWanted(mutant, event)
                            && revision(event) >= mutant.from()
                            && revision(event) < revision(first));
        }
    },
    RESUME_TOO_LATE(Rule.WATCH_RESUMABLE) {
        @Override
        Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random) {
            List<WatchResponse> answers = new ArrayList<>(watch.responses());
            return some(
                            indices(answers),
                            random,
                            i -> hasEvents(answers, i - 1) && hasEvents(answers, i) && hasEvents(answers, i + 1))
                    .map(i -> {
                        answers.set(i, SimulatedWatch.created());
                        return answers;
                    });
        }

        @Override
        boolean isBroken(Watch mutant, List<Event> log) {
            return hasGap(mutant, log);
        }
    },
    SHOW_WHAT_WAS_FILTERED(Rule.WATCH_TRUE_EVENTS) {
        @Override
        Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random) {
            List<WatchResponse> answers = new ArrayList<>(watch.responses());
            return some(answers, random, answer -> answer.getEventsCount() > 0).flatMap(i -> {
                Event first = answers.get(i).getEvents(0);
                return some(log, random, event -> revision(event) <= revision(first) && !isWanted(watch, event))
                        .map(at -> {
                            answers.set(
                                    i,
                                    answers.get(i).toBuilder()
                                            .addEvents(0, log.get(at))
                                            .build());
                            return answers;
                        });
            });
        }

        @Override
        boolean isBroken(Watch mutant, List<Event> log) {
            return shown(mutant).stream().anyMatch(event -> !isWanted(mutant, event));
        }
    },
    FORGE_AN_EVENT(Rule.WATCH_TRUE_EVENTS) {
        @Override
        Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random) {
            return changed(watch, random, Histories::isPut, event -> event.toBuilder()
                    .setKv(event.getKv().toBuilder().setVersion(event.getKv().getVersion() + 1))
                    .build());
        }

        @Override
        boolean isBroken(Watch mutant, List<Event> log) {
            return shown(mutant).stream().anyMatch(event -> !log.contains(plain(event)));
        }
    },
    EARLY_PROGRESS(Rule.WATCH_TRUE_PROGRESS) {
        @Override
        Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random) {
            List<WatchResponse> answers = new ArrayList<>(watch.responses());
            return some(answers, random, answer -> answer.getEventsCount() > 0).map(i -> {
                long revision = revision(answers.get(i).getEvents(0));
                answers.add(
                        i,
                        WatchResponse.newBuilder()
                                .setHeader(SimulatedWatch.header(revision))
                                .build());
                return answers;
            });
        }

        @Override
        boolean isBroken(Watch mutant, List<Event> log) {
            long vouched = 0;
            for (WatchResponse answer : mutant.responses()) {
                for (Event event : answer.getEventsList()) {
                    if (revision(event) <= vouched) return true;
                }
                if (answer.getEventsCount() == 0 && !answer.getCreated())
                    vouched = answer.getHeader().getRevision();
            }
            return false;
        }
    },
    HIDE_THE_PAIR_BEFORE(Rule.WATCH_TRUE_PREVIOUS) {
        @Override
        Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random) {
            return changed(watch, random, Event::hasPrevKv, event -> event.toBuilder()
                    .clearPrevKv()
                    .build());
        }

        @Override
        boolean isBroken(Watch mutant, List<Event> log) {
            return hasWrongPrevious(mutant, log);
        }
    },
    SHOW_ANOTHER_PAIR_BEFORE(Rule.WATCH_TRUE_PREVIOUS) {
        @Override
        Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random) {
            return changed(watch, random, Event::hasPrevKv, event -> event.toBuilder()
                    .setPrevKv(event.getPrevKv().toBuilder().setValue(ByteString.copyFromUtf8("older")))
                    .build());
        }

        @Override
        boolean isBroken(Watch mutant, List<Event> log) {
            return hasWrongPrevious(mutant, log);
        }
    },
    SHOW_A_PAIR_BEFORE_A_CREATION(Rule.WATCH_TRUE_PREVIOUS) {
        @Override
        Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random) {
            return changed(
                    watch, random, event -> isPut(event) && event.getKv().getVersion() == 1, event -> event.toBuilder()
                            .setPrevKv(event.getKv().toBuilder().setModRevision(1))
                            .build());
        }

        @Override
        boolean isBroken(Watch mutant, List<Event> log) {
            return hasWrongPrevious(mutant, log);
        }
    };

    private final Rule rule;

    WatchMutation(Rule rule) {
        this.rule = rule;
    }

    /** The promise it breaks. */
    Rule rule() {
        return rule;
    }

    /** The answers with this lie in them; empty if there is nothing to lie about. */
    abstract Optional<List<WatchResponse>> apply(Watch watch, List<Event> log, SplittableRandom random);

    /** Whether the promise is broken, found without the checker. */
    abstract boolean isBroken(Watch mutant, List<Event> log);

    private static List<Integer> indices(List<WatchResponse> answers) {
        return IntStream.range(0, answers.size()).boxed().toList();
    }

    private static boolean hasEvents(List<WatchResponse> answers, int at) {
        return at >= 0 && at < answers.size() && answers.get(at).getEventsCount() > 0;
    }

    private static boolean endsWithSeveral(WatchResponse answer) {
        int events = answer.getEventsCount();
        return events > 1 && revision(answer.getEvents(events - 1)) == revision(answer.getEvents(events - 2));
    }

    private static Optional<List<WatchResponse>> changed(
            Watch watch, SplittableRandom random, Predicate<Event> which, UnaryOperator<Event> change) {
        List<WatchResponse> answers = new ArrayList<>(watch.responses());
        return some(answers, random, answer -> answer.getEventsList().stream().anyMatch(which))
                .map(i -> {
                    WatchResponse.Builder answer = answers.get(i).toBuilder();
                    for (int j = 0; j < answer.getEventsCount(); j++) {
                        if (which.test(answer.getEvents(j))) {
                            answers.set(
                                    i,
                                    answer.setEvents(j, change.apply(answer.getEvents(j)))
                                            .build());
                            break;
                        }
                    }
                    return answers;
                });
    }

    private static Event plain(Event event) {
        return event.toBuilder().clearPrevKv().build();
    }

    private static List<Event> shown(Watch watch) {
        return watch.responses().stream()
                .flatMap(answer -> answer.getEventsList().stream())
                .toList();
    }

    private static boolean isWanted(Watch watch, Event event) {
        return KeyRange.contains(watch.key(), watch.rangeEnd(), event.getKv().getKey())
                && (isPut(event) ? watch.puts() : watch.deletes());
    }

    private static boolean hasTwice(Watch watch) {
        List<Event> shown = shown(watch);
        return new HashSet<>(shown).size() < shown.size();
    }

    /** An event is missing between two that were shown. */
    private static boolean hasGap(Watch watch, List<Event> log) {
        List<Event> shown = shown(watch).stream().map(WatchMutation::plain).toList();
        List<Event> between = log.subList(log.indexOf(shown.get(0)), log.indexOf(shown.get(shown.size() - 1)));
        return between.stream().anyMatch(event -> isWanted(watch, event) && !shown.contains(event));
    }

    private static boolean hasWrongPrevious(Watch watch, List<Event> log) {
        return shown(watch).stream().anyMatch(event -> {
            List<KeyValue> before = SimulatedHistory.upTo(log, revision(event) - 1)
                    .pairs(event.getKv().getKey(), ByteString.EMPTY, revision(event) - 1);
            List<KeyValue> told = event.hasPrevKv() ? List.of(event.getPrevKv()) : List.of();
            return !told.equals(before);
        });
    }
}
