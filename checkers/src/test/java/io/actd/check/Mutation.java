package io.actd.check;

import static io.actd.check.Histories.answer;
import static io.actd.check.Histories.isAnswered;
import static io.actd.check.Histories.isAnsweredPut;
import static io.actd.check.Histories.isPut;
import static io.actd.check.Histories.isRead;
import static io.actd.check.Histories.lastRevision;
import static io.actd.check.Histories.revision;
import static io.actd.check.Histories.some;
import static io.actd.check.Histories.withLog;
import static io.actd.check.Histories.withOperation;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.DeleteRangeResponse;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.api.TxnResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Ways in which a server could lie in its answers or its log; each turns a correct history into a wrong one, where it
 * applies. That it is wrong is proven by {@link LogModel}: it finds no order.
 */
enum Mutation {
    SWAP_TWO_ANSWERS {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            List<Operation> operations = history.operations();
            return some(operations, random, Histories::isAnsweredPut).flatMap(one -> some(
                            operations,
                            random,
                            other -> isAnsweredPut(other) && revision(other) != revision(operations.get(one)))
                    .map(other -> {
                        Operation first = operations.get(one);
                        Operation second = operations.get(other);
                        History half = withOperation(history, one, first.withResponse(answer(second)));
                        return withOperation(half, other, second.withResponse(answer(first)));
                    }));
        }
    },
    DROP_EVENT {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            if (history.log().size() < 2) return Optional.empty();
            List<Event> log = new ArrayList<>(history.log());
            log.remove(random.nextInt(log.size() - 1));
            return Optional.of(withLog(history, log));
        }
    },
    APPLY_HALF_OF_A_WRITE {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(
                            history.log(),
                            random,
                            event -> history.log().stream()
                                            .filter(other -> revision(other) == revision(event))
                                            .count()
                                    > 1)
                    .map(index -> {
                        List<Event> log = new ArrayList<>(history.log());
                        log.remove((int) index);
                        return withLog(history, log);
                    });
        }
    },
    REPEAT_EVENT {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(history.log(), random, event -> true).map(index -> {
                List<Event> log = new ArrayList<>(history.log());
                log.add(index, log.get(index));
                return withLog(history, log);
            });
        }
    },
    SWAP_TWO_REVISIONS {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            long first = 2 + random.nextLong(Math.max(1, lastRevision(history) - 2));
            if (lastRevision(history) < first + 1) return Optional.empty();
            List<Event> log = new ArrayList<>();
            for (Event event : history.log()) {
                if (revision(event) == first + 1) log.add(moved(event, first));
            }
            for (Event event : history.log()) {
                if (revision(event) == first) log.add(moved(event, first + 1));
            }
            history.log().stream().filter(event -> revision(event) > first + 1).forEach(log::add);
            log.addAll(
                    0,
                    history.log().stream()
                            .filter(event -> revision(event) < first)
                            .toList());
            return Optional.of(withLog(history, log));
        }
    },
    CHANGE_EVENT_VALUE {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(history.log(), random, Histories::isPut).map(at -> {
                List<Event> log = new ArrayList<>(history.log());
                KeyValue forged =
                        log.get(at).getKv().toBuilder().setValue(utf8("forged")).build();
                log.set(at, log.get(at).toBuilder().setKv(forged).build());
                return withLog(history, log);
            });
        }
    },
    LOSE_LAST_ACKNOWLEDGED_WRITE {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            long last = lastRevision(history);
            boolean acknowledged = history.operations().stream()
                    .anyMatch(operation -> isAnswered(operation) && revision(operation) == last);
            List<Event> log = history.log().stream()
                    .filter(event -> revision(event) < last)
                    .toList();
            return acknowledged && last > 1 ? Optional.of(withLog(history, log)) : Optional.empty();
        }
    },
    ACKNOWLEDGE_WHAT_WAS_NOT_DONE {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(
                            history.operations(),
                            random,
                            operation -> operation.request() instanceof PutRequest put
                                    && operation.outcome() instanceof Operation.Unknown
                                    && !logHas(history, put.getValue()))
                    .map(index -> {
                        Operation put = history.operations().get(index);
                        var made = PutResponse.newBuilder().setHeader(header(lastRevision(history)));
                        Operation answered = Histories.at(put, put.callNanos(), put.callNanos() + 500);
                        return withOperation(history, index, answered.withResponse(made.build()));
                    });
        }
    },
    EXECUTE_A_PUT_AGAIN {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(history.log(), random, Histories::isPut)
                    .map(index -> withOneMore(history, history.log().get(index)));
        }
    },
    WRITE_OF_NOBODY {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            KeyValue stray = KeyValue.newBuilder()
                    .setKey(utf8("stray"))
                    .setValue(utf8("stray"))
                    .setVersion(1)
                    .build();
            return Optional.of(
                    withOneMore(history, Event.newBuilder().setKv(stray).build()));
        }
    },
    AGE_A_READ {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(
                            history.operations(),
                            random,
                            operation -> isRead(operation) && Histories.completeAt(history, operation.callNanos()) > 1)
                    .map(index -> {
                        Operation read = history.operations().get(index);
                        long complete = Histories.completeAt(history, read.callNanos());
                        Message aged = SimulatedHistory.upTo(history.log(), complete - 1)
                                .evaluate(read.request())
                                .response();
                        return withOperation(history, index, read.withResponse(aged));
                    });
        }
    },
    AGE_A_PAIR_IN_A_READ {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(
                            history.operations(),
                            random,
                            operation -> isRead(operation)
                                    && ((RangeResponse) answer(operation))
                                            .getKvsList().stream().anyMatch(pair -> pair.getVersion() > 1))
                    .map(index -> {
                        Operation read = history.operations().get(index);
                        RangeResponse.Builder answer = ((RangeResponse) answer(read)).toBuilder();
                        for (int i = 0; i < answer.getKvsCount(); i++) {
                            KeyValue pair = answer.getKvs(i);
                            if (pair.getVersion() > 1) {
                                answer.setKvs(i, before(history, pair));
                                break;
                            }
                        }
                        return withOperation(history, index, read.withResponse(answer.build()));
                    });
        }
    },
    CHANGE_READ_ANSWER {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(history.operations(), random, Histories::isRead).map(index -> {
                Operation read = history.operations().get(index);
                RangeResponse answer = (RangeResponse) answer(read);
                return withOperation(
                        history,
                        index,
                        read.withResponse(answer.toBuilder()
                                .setCount(answer.getCount() + 1)
                                .build()));
            });
        }
    },
    HIDE_THE_PAIR_BEFORE {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(
                            history.operations(),
                            random,
                            operation -> isAnsweredPut(operation) && ((PutResponse) answer(operation)).hasPrevKv())
                    .map(index -> {
                        Operation put = history.operations().get(index);
                        Message hidden = ((PutResponse) answer(put))
                                .toBuilder().clearPrevKv().build();
                        return withOperation(history, index, put.withResponse(hidden));
                    });
        }
    },
    TELL_THE_OTHER_BRANCH {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(history.operations(), random, operation -> answered(operation, TxnResponse.class))
                    .map(index -> {
                        Operation txn = history.operations().get(index);
                        TxnResponse answer = (TxnResponse) answer(txn);
                        return withOperation(
                                history,
                                index,
                                txn.withResponse(answer.toBuilder()
                                        .setSucceeded(!answer.getSucceeded())
                                        .build()));
                    });
        }
    },
    COUNT_ONE_MORE_DELETED {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(history.operations(), random, operation -> answered(operation, DeleteRangeResponse.class))
                    .map(index -> {
                        Operation delete = history.operations().get(index);
                        DeleteRangeResponse answer = (DeleteRangeResponse) answer(delete);
                        return withOperation(
                                history,
                                index,
                                delete.withResponse(answer.toBuilder()
                                        .setDeleted(answer.getDeleted() + 1)
                                        .build()));
                    });
        }
    },
    ANSWER_FROM_BEFORE_ALL {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(history.operations(), random, put -> isAnsweredPut(put) && hasOlder(history, put))
                    .map(index -> movedTo(history, index, Long.MIN_VALUE / 2));
        }
    },
    ANSWER_AFTER_ALL {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(
                            history.operations(),
                            random,
                            put -> isAnsweredPut(put)
                                    && history.operations().stream()
                                            .anyMatch(other -> isAnswered(other) && revision(other) > revision(put)))
                    .map(index -> movedTo(history, index, Long.MAX_VALUE / 2));
        }
    },
    EXECUTE_BEFORE_THE_CALL {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(
                            history.operations(),
                            random,
                            operation -> operation.request() instanceof PutRequest put
                                    && operation.outcome() instanceof Operation.Unknown
                                    && history.log().stream()
                                            .anyMatch(event -> isPut(event)
                                                    && event.getKv().getValue().equals(put.getValue())
                                                    && Histories.completeAt(history, Long.MAX_VALUE / 2)
                                                            >= revision(event)))
                    .map(index -> withOperation(
                            history,
                            index,
                            Histories.at(history.operations().get(index), Long.MAX_VALUE / 2, Long.MAX_VALUE)));
        }
    },
    REFUSE_WHAT_WAS_EXECUTED {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(history.operations(), random, Histories::isAnsweredPut)
                    .map(index -> withOperation(
                            history,
                            index,
                            Histories.with(history.operations().get(index), new Operation.Refused("no"))));
        }
    },
    REFUSE_AS_FUTURE_WHAT_IS_PAST {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(history.operations(), random, operation -> answered(operation, RangeResponse.class))
                    .map(index -> withOperation(
                            history,
                            index,
                            Histories.refused(history.operations().get(index), Refusal.FUTURE_REVISION)));
        }
    },
    ANSWER_WHAT_IS_FUTURE {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(history.operations(), random, operation -> operation.outcome() instanceof Operation.Refused)
                    .map(index -> {
                        Operation read = history.operations().get(index);
                        var present =
                                ((RangeRequest) read.request()).toBuilder().setRevision(0);
                        long complete = Math.max(1, Histories.completeAt(history, read.callNanos()));
                        return withOperation(
                                history,
                                index,
                                read.withResponse(SimulatedHistory.upTo(history.log(), complete)
                                        .evaluate(present.build())
                                        .response()));
                    });
        }
    },
    REVOKE_WITHOUT_DELETING {
        @Override
        Optional<History> apply(History history, SplittableRandom random) {
            return some(
                            history.operations(),
                            random,
                            operation -> operation.request() instanceof LeaseRevokeRequest
                                    && isAnswered(operation)
                                    && revision(operation) == lastRevision(history)
                                    && !history.log().isEmpty()
                                    && !isPut(history.log().get(history.log().size() - 1)))
                    .map(index -> withLog(
                            history,
                            history.log().stream()
                                    .filter(event -> revision(event) < lastRevision(history))
                                    .toList()));
        }
    };

    /** The history with this lie in it; empty if there is nothing to lie about. */
    abstract Optional<History> apply(History history, SplittableRandom random);

    private static ByteString utf8(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static ResponseHeader header(long revision) {
        return ResponseHeader.newBuilder().setRevision(revision).build();
    }

    private static boolean answered(Operation operation, Class<? extends Message> with) {
        return isAnswered(operation) && with.isInstance(answer(operation));
    }

    private static boolean logHas(History history, ByteString value) {
        return history.log().stream()
                .anyMatch(event -> isPut(event) && event.getKv().getValue().equals(value));
    }

    private static boolean hasOlder(History history, Operation put) {
        return history.operations().stream()
                .anyMatch(other -> isAnswered(other)
                        && other.callNanos() != put.callNanos()
                        && Operation.saysChanged(answer(other))
                        && revision(other) < revision(put));
    }

    private static History movedTo(History history, int index, long nanos) {
        return withOperation(history, index, Histories.at(history.operations().get(index), nanos, nanos + 1));
    }

    private static KeyValue before(History history, KeyValue pair) {
        return SimulatedHistory.upTo(history.log(), pair.getModRevision() - 1)
                .pairs(pair.getKey(), ByteString.EMPTY, pair.getModRevision() - 1)
                .get(0);
    }

    private static Event moved(Event event, long revision) {
        return event.toBuilder()
                .setKv(event.getKv().toBuilder().setModRevision(revision))
                .build();
    }

    private static History withOneMore(History history, Event event) {
        List<Event> log = new ArrayList<>(history.log());
        log.add(moved(event, lastRevision(history) + 1));
        return withLog(history, log);
    }
}
