package io.actd.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** Ways in which a server could lie; each turns a correct history into a wrong one, where it applies. */
enum Mutation {
    SWAP_TWO_ANSWERS {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            List<Integer> writes = indices(history, Mutation::isAcknowledgedPut);
            if (writes.size() < 2) {
                return Optional.empty();
            }
            int first = writes.remove(random.nextInt(writes.size()));
            int second = writes.get(random.nextInt(writes.size()));
            List<Operation> changed = new ArrayList<>(history.operations());
            changed.set(first, history.operations().get(first).withResponse(answer(history, second)));
            changed.set(second, history.operations().get(second).withResponse(answer(history, first)));
            return Optional.of(withOperations(history, changed));
        }
    },
    DROP_EVENT {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            List<Event> log = new ArrayList<>(history.log());
            log.remove(random.nextInt(log.size() - 1));
            return Optional.of(withLog(history, log));
        }
    },
    REPEAT_EVENT {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            List<Event> log = new ArrayList<>(history.log());
            int at = random.nextInt(log.size());
            log.add(at, log.get(at));
            return Optional.of(withLog(history, log));
        }
    },
    CHANGE_EVENT_VALUE {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            List<Event> log = new ArrayList<>(history.log());
            int at = random.nextInt(log.size());
            KeyValue forged = log.get(at).getKv().toBuilder()
                    .setValue(ByteString.copyFromUtf8("forged"))
                    .build();
            log.set(at, log.get(at).toBuilder().setKv(forged).build());
            return Optional.of(withLog(history, log));
        }
    },
    LOSE_LAST_ACKNOWLEDGED_WRITE {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            long last = lastRevision(history);
            boolean acknowledged = !indices(
                            history,
                            operation -> operation.outcome() instanceof Operation.Answered answer
                                    && Operation.revision(answer.response()) == last)
                    .isEmpty();
            List<Event> log = history.log().stream()
                    .filter(event -> event.getKv().getModRevision() < last)
                    .toList();
            return acknowledged ? Optional.of(withLog(history, log)) : Optional.empty();
        }
    },
    EXECUTE_A_PUT_AGAIN {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            List<Event> puts = history.log().stream()
                    .filter(event -> event.getType() == Event.EventType.PUT)
                    .toList();
            return Optional.of(withOneMore(history, puts.get(random.nextInt(puts.size()))));
        }
    },
    WRITE_OF_NOBODY {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            KeyValue stray = KeyValue.newBuilder()
                    .setKey(ByteString.copyFromUtf8("stray"))
                    .setValue(ByteString.copyFromUtf8("stray"))
                    .setVersion(1)
                    .build();
            return Optional.of(
                    withOneMore(history, Event.newBuilder().setKv(stray).build()));
        }
    },
    AGE_A_READ {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            RealTime realTime = new RealTime(history.operations().stream()
                    .filter(operation -> operation.outcome() instanceof Operation.Answered)
                    .toList());
            for (int index : indices(history, Mutation::isRead)) {
                Operation read = history.operations().get(index);
                long complete = realTime.completedBefore(read.callNanos());
                if (complete > 1) {
                    KvModel model = modelUpTo(history, complete - 1);
                    Message aged = model.evaluate(read.request()).response();
                    return Optional.of(withOperation(history, index, read.withResponse(aged)));
                }
            }
            return Optional.empty();
        }
    },
    CHANGE_READ_ANSWER {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            List<Integer> reads = indices(history, Mutation::isRead);
            if (reads.isEmpty()) {
                return Optional.empty();
            }
            int index = reads.get(random.nextInt(reads.size()));
            RangeResponse answer = (RangeResponse) answer(history, index);
            RangeResponse forged =
                    answer.toBuilder().setCount(answer.getCount() + 1).build();
            return Optional.of(withOperation(
                    history, index, history.operations().get(index).withResponse(forged)));
        }
    },
    ANSWER_FROM_BEFORE_ALL {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return movedInTime(history, random, Long.MIN_VALUE / 2);
        }
    },
    ANSWER_AFTER_ALL {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return movedInTime(history, random, Long.MAX_VALUE / 2);
        }
    },
    REFUSE_WHAT_WAS_EXECUTED {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            List<Integer> puts = indices(history, Mutation::isAcknowledgedPut);
            if (puts.isEmpty()) {
                return Optional.empty();
            }
            int index = puts.get(random.nextInt(puts.size()));
            Operation put = history.operations().get(index);
            return Optional.of(withOperation(
                    history,
                    index,
                    new Operation(
                            put.client(),
                            put.server(),
                            put.request(),
                            put.callNanos(),
                            put.returnNanos(),
                            new Operation.Refused("no"))));
        }
    },
    DROP_WATCH_ANSWER {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            List<WatchResponse> answers = watchAnswers(history);
            if (answers.size() < 3) {
                return Optional.empty();
            }
            answers.remove(1 + random.nextInt(answers.size() - 2));
            return Optional.of(withWatch(history, answers));
        }
    },
    REPEAT_WATCH_ANSWER {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            List<WatchResponse> answers = watchAnswers(history);
            int at = 1 + random.nextInt(answers.size() - 1);
            answers.add(at, answers.get(at));
            return Optional.of(withWatch(history, answers));
        }
    },
    SPLIT_WATCH_REVISION {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            List<WatchResponse> answers = watchAnswers(history);
            for (int i = 0; i < answers.size(); i++) {
                WatchResponse whole = answers.get(i);
                if (whole.getEventsCount() > 1) {
                    answers.set(
                            i,
                            whole.toBuilder()
                                    .clearEvents()
                                    .addEvents(whole.getEvents(0))
                                    .build());
                    answers.add(i + 1, whole.toBuilder().removeEvents(0).build());
                    return Optional.of(withWatch(history, answers));
                }
            }
            return Optional.empty();
        }
    },
    EARLY_PROGRESS {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            List<WatchResponse> answers = watchAnswers(history);
            int at = 1 + random.nextInt(answers.size() - 1);
            answers.add(
                    at,
                    WatchResponse.newBuilder()
                            .setHeader(answers.get(at).getHeader())
                            .build());
            return Optional.of(withWatch(history, answers));
        }
    };

    /** The history with this lie in it; empty if there is nothing to lie about. */
    abstract Optional<History> apply(History history, SplittableRandom random);

    private static boolean isRead(Operation operation) {
        return operation.request() instanceof RangeRequest && operation.outcome() instanceof Operation.Answered;
    }

    private static boolean isAcknowledgedPut(Operation operation) {
        return operation.request() instanceof PutRequest && operation.outcome() instanceof Operation.Answered;
    }

    private static List<Integer> indices(History history, Predicate<Operation> property) {
        List<Integer> indices = new ArrayList<>();
        for (int i = 0; i < history.operations().size(); i++) {
            if (property.test(history.operations().get(i))) {
                indices.add(i);
            }
        }
        return indices;
    }

    private static Message answer(History history, int index) {
        return ((Operation.Answered) history.operations().get(index).outcome()).response();
    }

    private static long lastRevision(History history) {
        return history.log().get(history.log().size() - 1).getKv().getModRevision();
    }

    private static KvModel modelUpTo(History history, long revision) {
        KvModel model = new KvModel();
        for (long at = 2; at <= revision; at++) {
            long wanted = at;
            model.append(history.log().stream()
                    .filter(event -> event.getKv().getModRevision() == wanted)
                    .toList());
        }
        return model;
    }

    /** An answered write in the middle of the log is given another time. */
    private static Optional<History> movedInTime(History history, SplittableRandom random, long nanos) {
        List<Integer> puts = indices(history, Mutation::isAcknowledgedPut);
        puts.removeIf(index -> {
            long revision = Operation.revision(answer(history, index));
            return revision == 2 || revision == lastRevision(history);
        });
        if (puts.size() < 3) {
            return Optional.empty();
        }
        int index = puts.get(1 + random.nextInt(puts.size() - 2));
        Operation put = history.operations().get(index);
        return Optional.of(withOperation(
                history,
                index,
                new Operation(put.client(), put.server(), put.request(), nanos, nanos + 1, put.outcome())));
    }

    private static History withOneMore(History history, Event event) {
        long revision = lastRevision(history) + 1;
        KeyValue pair = event.getKv().toBuilder().setModRevision(revision).build();
        List<Event> log = new ArrayList<>(history.log());
        log.add(event.toBuilder().setKv(pair).build());
        return withLog(history, log);
    }

    private static List<WatchResponse> watchAnswers(History history) {
        return new ArrayList<>(history.watches().get(0).answers());
    }

    private static History withWatch(History history, List<WatchResponse> answers) {
        History.Watch watch = history.watches().get(0);
        return new History(
                history.operations(),
                history.log(),
                List.of(new History.Watch(watch.key(), watch.rangeEnd(), watch.from(), answers)));
    }

    private static History withOperation(History history, int index, Operation operation) {
        List<Operation> operations = new ArrayList<>(history.operations());
        operations.set(index, operation);
        return withOperations(history, operations);
    }

    private static History withOperations(History history, List<Operation> operations) {
        return new History(operations, history.log(), history.watches());
    }

    private static History withLog(History history, List<Event> log) {
        return new History(history.operations(), log, List.of());
    }
}
