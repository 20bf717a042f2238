package io.actd.check;

import com.google.protobuf.Message;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** Copies of histories with something else in them. */
final class Histories {
    private Histories() {}

    static History withOperation(History history, int index, Operation operation) {
        List<Operation> operations = new ArrayList<>(history.operations());
        operations.set(index, operation);
        return withOperations(history, operations);
    }

    static History withOperations(History history, List<Operation> operations) {
        return new History(operations, history.log(), history.watches());
    }

    /** Without watches: they would give a changed log away. */
    static History withLog(History history, List<Event> log) {
        return new History(history.operations(), log, List.of());
    }

    /** With this one watch, whose answers came when all was over. */
    static History withWatch(History history, int index, List<WatchResponse> answers) {
        List<History.Answer> late = answers.stream()
                .map(answer -> new History.Answer(Long.MAX_VALUE - 1, answer))
                .toList();
        return withAnswers(history, index, late);
    }

    /** With this one watch. */
    static History withAnswers(History history, int index, List<History.Answer> answers) {
        History.Watch watch = history.watches().get(index);
        return new History(
                history.operations(),
                history.log(),
                List.of(new History.Watch(
                        watch.key(),
                        watch.rangeEnd(),
                        watch.from(),
                        watch.puts(),
                        watch.deletes(),
                        watch.prevKv(),
                        answers)));
    }

    static Operation with(Operation operation, Operation.Outcome outcome) {
        return new Operation(
                operation.client(),
                operation.server(),
                operation.request(),
                operation.callNanos(),
                operation.returnNanos(),
                outcome);
    }

    static Operation at(Operation operation, long callNanos, long returnNanos) {
        return new Operation(
                operation.client(),
                operation.server(),
                operation.request(),
                callNanos,
                returnNanos,
                operation.outcome());
    }

    static boolean isAnswered(Operation operation) {
        return operation.outcome() instanceof Operation.Answered;
    }

    /** A linearizable one of the present. */
    static boolean isRead(Operation operation) {
        return operation.request() instanceof RangeRequest range
                && range.getRevision() == 0
                && isAnswered(operation)
                && !operation.isSerializable();
    }

    static Operation refused(Operation operation, Refusal why) {
        return with(operation, new Operation.Refused(why.text()));
    }

    static boolean isAnsweredPut(Operation operation) {
        return operation.request() instanceof PutRequest && isAnswered(operation);
    }

    static Message answer(Operation operation) {
        return ((Operation.Answered) operation.outcome()).response();
    }

    static long revision(Operation operation) {
        return Operation.revision(answer(operation));
    }

    static long revision(Event event) {
        return event.getKv().getModRevision();
    }

    static boolean isPut(Event event) {
        return event.getType() == Event.EventType.PUT;
    }

    static long lastRevision(History history) {
        return history.log().isEmpty()
                ? 1
                : revision(history.log().get(history.log().size() - 1));
    }

    /** The newest revision answered before that time, looked up the plainest way. */
    static long completeAt(History history, long nanos) {
        return history.operations().stream()
                .filter(operation -> isAnswered(operation) && operation.returnNanos() < nanos)
                .mapToLong(Histories::revision)
                .max()
                .orElse(0);
    }

    /** Where one of the elements is for which that holds. */
    static <T> Optional<Integer> some(List<T> list, SplittableRandom random, Predicate<T> property) {
        List<Integer> indices = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (property.test(list.get(i))) {
                indices.add(i);
            }
        }
        return indices.isEmpty() ? Optional.empty() : Optional.of(indices.get(random.nextInt(indices.size())));
    }
}
