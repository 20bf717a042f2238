package io.actd.check;

import static io.actd.check.Histories.refused;
import static io.actd.check.Histories.revision;
import static io.actd.check.Histories.some;
import static io.actd.check.Histories.withAnswers;
import static io.actd.check.Histories.withOperation;

import io.actd.check.History.Answer;
import io.actd.check.History.Rule;
import io.actd.check.History.Watch;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Lies that only the times of calls and of answers to watches give away: an hour later they could be true. Each is put in
 * where it breaks the promise by its name, which is looked up in the plainest way.
 */
enum UntimelyMutation {
    READ_OLDER_THAN_A_WATCH_HAS_SHOWN(Rule.NOT_STALE) {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(
                            history.operations(),
                            random,
                            read -> Histories.isRead(read) && shownBefore(history, read.callNanos()) > 1)
                    .map(index -> {
                        Operation read = history.operations().get(index);
                        long older = shownBefore(history, read.callNanos()) - 1;
                        return withOperation(
                                history,
                                index,
                                read.withResponse(SimulatedHistory.upTo(history.log(), older)
                                        .evaluate(read.request())
                                        .response()));
                    });
        }
    },
    FUTURE_THAT_A_WATCH_HAS_SHOWN(Rule.NOT_STALE) {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(
                            history.operations(),
                            random,
                            read -> asked(read) > 0 && asked(read) <= shownBefore(history, read.callNanos()))
                    .map(index -> refusedAs(history, index, Refusal.FUTURE_REVISION));
        }
    },
    RANGE_COMPACTED_BY_NOBODY(Rule.TRUE_COMPACTION) {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(
                            history.operations(),
                            random,
                            read -> asked(read) > 0 && asked(read) >= called(history, read.returnNanos()))
                    .map(index -> refusedAs(history, index, Refusal.COMPACTED));
        }
    },
    COMPACTED_BY_ITSELF_ALONE(Rule.TRUE_COMPACTION) {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(
                            history.operations(),
                            random,
                            operation ->
                                    Histories.isAnswered(operation) && operation.request() instanceof CompactionRequest)
                    .map(index -> refusedAs(history, index, Refusal.COMPACTED))
                    .filter(mutant -> mutant.operations().stream()
                            .anyMatch(operation -> operation.outcome() instanceof Operation.Refused refused
                                    && refused.why().equals(Refusal.COMPACTED.text())
                                    && operation.request() instanceof CompactionRequest compaction
                                    && compaction.getRevision() > called(mutant, operation.returnNanos())));
        }
    },
    HIDE_THE_PAIR_BEFORE_ITS_COMPACTION(Rule.WATCH_TRUE_PREVIOUS) {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return inAWatch(history, random, (watch, at) -> {
                Answer answer = watch.answers().get(at);
                WatchResponse.Builder response = answer.response().toBuilder();
                for (Event.Builder event : response.getEventsBuilderList()) {
                    long modified = event.getKv().getModRevision();
                    boolean later =
                            called(history, answer.nanos()) < modified && called(history, Long.MAX_VALUE) >= modified;
                    if (event.hasPrevKv() && later) {
                        event.clearPrevKv();
                        List<Answer> answers = new ArrayList<>(watch.answers());
                        answers.set(at, new Answer(answer.nanos(), response.build()));
                        return Optional.of(answers);
                    }
                }
                return Optional.empty();
            });
        }
    },
    CANCEL_BEFORE_THE_COMPACTION(Rule.TRUE_COMPACTION) {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return inAWatch(history, random, (watch, at) -> {
                long nanos = watch.answers().get(at).nanos();
                return Optional.of(endingWith(watch, at, called(history, nanos) + 1));
            });
        }
    },
    NAME_TOO_HIGH_A_COMPACTION(Rule.TRUE_COMPACTION) {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return inAWatch(history, random, (watch, at) -> {
                Answer answer = watch.answers().get(at);
                if (!answer.response().getCanceled()) return Optional.empty();
                return Optional.of(endingWith(watch, at - 1, called(history, answer.nanos()) + 1));
            });
        }
    },
    CANCEL_WHAT_WAS_NOT_OVERTAKEN(Rule.WATCH_GOES_ON) {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return inAWatch(history, random, (watch, at) -> {
                Answer answer = watch.answers().get(at);
                long compacted = called(history, answer.nanos());
                int events = answer.response().getEventsCount();
                boolean hasAll = events > 0 && revision(answer.response().getEvents(events - 1)) + 1 >= compacted;
                return compacted > 0 && hasAll ? Optional.of(endingWith(watch, at, compacted)) : Optional.empty();
            });
        }
    };

    private final Rule rule;

    UntimelyMutation(Rule rule) {
        this.rule = rule;
    }

    /** The promise it breaks. */
    Rule rule() {
        return rule;
    }

    /** The history with this lie in it; empty if there is nothing to lie about. */
    abstract Optional<History> apply(History history, SplittableRandom random);

    /** Makes other answers of those of a watch, at one of them. */
    private interface Lie {
        Optional<List<Answer>> tell(Watch watch, int at);
    }

    private static Optional<History> inAWatch(History history, SplittableRandom random, Lie lie) {
        List<History> mutants = new ArrayList<>();
        for (int i = 0; i < history.watches().size(); i++) {
            int which = i;
            Watch watch = history.watches().get(which);
            for (int at = 1; at < watch.answers().size(); at++)
                lie.tell(watch, at).ifPresent(answers -> mutants.add(withAnswers(history, which, answers)));
        }
        return mutants.isEmpty() ? Optional.empty() : Optional.of(mutants.get(random.nextInt(mutants.size())));
    }

    /** Cancelled at the same time as that answer came, right behind it. */
    private static List<Answer> endingWith(Watch watch, int last, long compacted) {
        List<Answer> answers = new ArrayList<>(watch.answers().subList(0, last + 1));
        var cancelled = WatchResponse.newBuilder().setCanceled(true).setCompactRevision(compacted);
        answers.add(new Answer(watch.answers().get(last).nanos(), cancelled.build()));
        return answers;
    }

    private static History refusedAs(History history, int index, Refusal why) {
        return withOperation(history, index, refused(history.operations().get(index), why));
    }

    /** The revision an answered linearizable range named; 0 of all else. */
    private static long asked(Operation operation) {
        boolean range = Histories.isAnswered(operation) && !operation.isSerializable();
        return range && operation.request() instanceof RangeRequest read ? read.getRevision() : 0;
    }

    /** Up to where somebody had asked to compact before that time. */
    private static long called(History history, long nanos) {
        return history.operations().stream()
                .filter(operation -> operation.callNanos() < nanos)
                .filter(operation -> !(operation.outcome() instanceof Operation.Refused))
                .filter(operation -> operation.request() instanceof CompactionRequest)
                .mapToLong(operation -> ((CompactionRequest) operation.request()).getRevision())
                .max()
                .orElse(0);
    }

    /** The newest event any watch was shown before that time. */
    private static long shownBefore(History history, long nanos) {
        return history.watches().stream()
                .flatMap(watch -> watch.answers().stream())
                .filter(answer -> answer.nanos() < nanos)
                .flatMap(answer -> answer.response().getEventsList().stream())
                .mapToLong(Histories::revision)
                .max()
                .orElse(0);
    }
}
