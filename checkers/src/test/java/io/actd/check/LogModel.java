package io.actd.check;

import com.google.protobuf.Message;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The whole store, revisions and all, as a model for {@link WglChecker}: with it the search judges exactly what the
 * {@link RevisionOrderChecker} judges by the log, only without using the order the revisions claim. The log is one more
 * answer, to somebody who asks for it when everything is over.
 */
final class LogModel implements WglChecker.Model<LogModel.State> {
    private static final int MAX_CASES = 100_000;

    /** The events of each revision from 2 on. */
    record State(List<List<Event>> revisions) {}

    /** Searches an order for the history's calls, watches apart. */
    static WglChecker.Verdict judge(History history) {
        List<Operation> calls = new ArrayList<>(history.operations());
        calls.removeIf(operation -> isRefusedForNothingInTheModel(operation) || operation.isSerializable());
        Message log = WatchResponse.newBuilder().addAllEvents(history.log()).build();
        calls.add(
                Operation.answered(-1, WatchRequest.getDefaultInstance(), Long.MAX_VALUE - 2, Long.MAX_VALUE - 1, log));
        return new WglChecker<>(new LogModel(), MAX_CASES).check(calls);
    }

    private static boolean isRefusedForNothingInTheModel(Operation operation) {
        return operation.outcome() instanceof Operation.Refused refused
                && !refused.why().equals(Refusal.FUTURE_REVISION.text());
    }

    @Override
    public State initial() {
        return new State(List.of());
    }

    @Override
    public Optional<State> step(State before, Operation operation) {
        if (operation.outcome() instanceof Operation.Answered answer
                && answer.response() instanceof WatchResponse log) {
            List<Event> all = before.revisions().stream().flatMap(List::stream).toList();
            return all.equals(log.getEventsList()) ? Optional.of(before) : Optional.empty();
        }
        KvModel model = new KvModel();
        before.revisions().forEach(model::append);
        KvModel.Applied applied = model.evaluate(operation.request());
        boolean fits =
                switch (operation.outcome()) {
                    case Operation.Answered answer ->
                        withoutIds(answer.response()).equals(applied.response());
                    case Operation.Refused refused -> applied.equals(KvModel.Applied.REFUSED);
                    case Operation.Unknown unknown -> true;
                };
        if (!fits) {
            return Optional.empty();
        }
        List<List<Event>> after = new ArrayList<>(before.revisions());
        if (!applied.events().isEmpty()) {
            after.add(applied.events());
        }
        return Optional.of(new State(after));
    }

    private static Message withoutIds(Message response) {
        var header = response.getDescriptorForType().findFieldByName("header");
        return response.toBuilder()
                .setField(
                        header,
                        ResponseHeader.newBuilder()
                                .setRevision(Operation.revision(response))
                                .build())
                .build();
    }
}
