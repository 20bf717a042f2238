package io.actd.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.check.History.Rule;
import io.actd.check.History.Violation;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.mvcc.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Verifies a history by the order its revisions claim, instead of searching for an order.
 *
 * <p>The log gives the order of all writes, those with unknown outcome included: every put carries a value used once.
 * The writes are replayed on a {@link KvModel}; each event, each answer and the real time of each call must fit.
 * Cost: O(n log n) plus what the model's reads cost.
 */
public final class RevisionOrderChecker {
    private static final int ENOUGH = 3;

    private final History history;
    private final KvModel model = new KvModel();
    private final List<Violation> violations = new ArrayList<>();
    private final RealTime completed;
    private final Map<Long, Operation> writeAt = new HashMap<>();
    private final Map<Long, List<Operation>> othersAt = new TreeMap<>();
    private final Map<ByteString, Operation> byValue = new HashMap<>();
    private final List<Operation> unknownDeletes = new ArrayList<>(); // no value tells whose a delete is
    private final Set<Operation> executed = new HashSet<>();
    private final Set<ByteString> putsInLog = new HashSet<>();
    private long latestCall = Long.MIN_VALUE; // of all writes up to the model's revision

    private RevisionOrderChecker(History history) {
        this.history = history;
        this.completed = RealTime.completed(history);
    }

    /** The violations found, none if the history is linearizable with exactly-once writes; stops at three. */
    public static List<Violation> check(History history) {
        return new RevisionOrderChecker(history).run();
    }

    private List<Violation> run() {
        history.log().stream()
                .filter(event -> event.getType() == Event.EventType.PUT)
                .forEach(event -> putsInLog.add(event.getKv().getValue()));
        history.operations().forEach(this::sort);
        checkReadsAt(1);
        for (List<Event> revision : splitLog()) {
            if (violations.size() >= ENOUGH) {
                return violations;
            }
            replay(revision);
            checkReadsAt(model.revision());
        }
        writeAt.forEach((revision, write) -> {
            if (revision < 2 || revision > model.revision()) { // spec R-1: the first change makes revision 2
                report(Rule.NO_LOST_WRITE, "not in the log up to " + model.revision() + ", acknowledged: " + write);
            }
        });
        othersAt.values()
                .forEach(reads -> reads.forEach(read ->
                        report(Rule.NOT_FROM_THE_FUTURE, "log ends at " + model.revision() + ", answered: " + read)));
        checkSessions();
        RealTime compactions = RealTime.compactionsCalled(history);
        violations.addAll(RefusalChecker.check(history, completed, compactions));
        history.watches().forEach(watch -> violations.addAll(WatchChecker.check(history.log(), compactions, watch)));
        return violations;
    }

    private void sort(Operation operation) {
        switch (operation.outcome()) {
            case Operation.Answered answer -> sort(operation, answer.response());
            case Operation.Unknown unknown -> {
                if (values(operation.request()).stream().noneMatch(putsInLog::contains)) {
                    unknownDeletes.add(operation);
                }
            }
            case Operation.Refused refused -> {}
        }
        for (ByteString value : values(operation.request())) {
            byValue.put(value, operation);
        }
    }

    private void sort(Operation operation, Message response) {
        long revision = Operation.revision(response);
        if (Operation.saysChanged(response)) {
            Operation other = writeAt.putIfAbsent(revision, operation);
            if (other != null) {
                report(Rule.ONE_WRITE_PER_REVISION, revision + ": " + other + " and " + operation);
            }
        } else {
            othersAt.computeIfAbsent(revision, key -> new ArrayList<>()).add(operation);
        }
    }

    private List<List<Event>> splitLog() {
        List<List<Event>> revisions = new ArrayList<>();
        long last = 1;
        for (Event event : history.log()) {
            long revision = event.getKv().getModRevision();
            if (revision == last + 1) {
                revisions.add(new ArrayList<>());
                last++;
            }
            if (revision != last || revisions.isEmpty()) {
                report(Rule.LOG_ORDER, "after " + last + " comes " + event);
                return revisions;
            }
            revisions.get(revisions.size() - 1).add(event);
        }
        return revisions;
    }

    private void replay(List<Event> events) {
        long revision = model.revision() + 1;
        Optional<Operation> writer = writer(revision, events);
        if (writer.isEmpty()) {
            report(Rule.NO_ORPHAN_REVISION, revision + ": " + events);
            model.append(events);
            return;
        }
        Operation write = writer.get();
        KvModel.Applied applied = model.evaluate(write.request());
        if (!applied.events().equals(events)) {
            report(Rule.RIGHT_EVENTS, revision + ": " + events + " but expected " + applied.events() + " of " + write);
        }
        if (write.outcome() instanceof Operation.Refused) {
            report(Rule.NO_REFUSED_WRITE, revision + ": " + write);
        }
        if (!executed.add(write)) {
            report(Rule.AT_MOST_ONCE, "again at " + revision + ": " + write);
        }
        model.append(events);
        checkAnswer(write, applied.response());
        if (completed.before(write.callNanos()) >= revision) {
            report(Rule.NOT_STALE, "revision complete before its write began: " + write);
        }
        latestCall = Math.max(latestCall, write.callNanos());
        checkNotFromFuture(write);
    }

    /** Who made these events: an acknowledged write, a lease revocation, or one of the unknown. */
    private Optional<Operation> writer(long revision, List<Event> events) {
        Operation acknowledged = writeAt.get(revision);
        if (acknowledged != null) {
            return Optional.of(acknowledged);
        }
        // Of the revocations that answer with this revision one may have made it, if it was not complete when that was
        // called; of several the one called first is the least constrained. The others found nothing left to delete.
        Optional<Operation> revoked = othersAt.getOrDefault(revision, List.of()).stream()
                .filter(other -> other.request() instanceof LeaseRevokeRequest)
                .filter(other -> completed.before(other.callNanos()) < revision && makes(other, events))
                .min(Comparator.comparingLong(Operation::callNanos));
        if (revoked.isPresent()) {
            othersAt.getOrDefault(revision, List.of()).remove(revoked.get());
            return revoked;
        }
        for (Event event : events) {
            Operation owner = byValue.get(event.getKv().getValue());
            if (event.getType() == Event.EventType.PUT && owner != null) {
                return Optional.of(owner);
            }
        }
        // Equal deletes are interchangeable: the one called first is the least constrained.
        Optional<Operation> unknown = unknownDeletes.stream()
                .filter(operation -> completed.before(operation.callNanos()) < revision)
                .filter(operation -> makes(operation, events))
                .min(Comparator.comparingLong(Operation::callNanos));
        unknown.ifPresent(unknownDeletes::remove);
        return unknown.or(() -> expiry(events));
    }

    /** A lease that ended by itself: as if somebody unknown had revoked it at any time. */
    private Optional<Operation> expiry(List<Event> events) {
        long lease = model.lease(events.get(0).getKv().getKey());
        if (!history.mayExpire().contains(lease)) {
            return Optional.empty();
        }
        LeaseRevokeRequest revoke = LeaseRevokeRequest.newBuilder().setID(lease).build();
        return Optional.of(Operation.unknown(-1, revoke, Long.MIN_VALUE))
                .filter(expiry -> makes(expiry, events) && !executed.contains(expiry));
    }

    /** Between one client and one member, in the order the client asked. */
    private void checkSessions() {
        Map<Session, Long> seen = new HashMap<>();
        history.operations().stream()
                .filter(operation -> operation.outcome() instanceof Operation.Answered)
                .sorted(Comparator.comparingLong(Operation::callNanos))
                .forEach(operation -> {
                    Session session = new Session(operation.client(), operation.server());
                    long revision = operation.outcome() instanceof Operation.Answered answer
                            ? Operation.revision(answer.response())
                            : 0;
                    long before = seen.merge(session, revision, Math::max);
                    if (operation.isSerializable() && revision < before) {
                        report(Rule.SESSION_NOT_BACK, "after " + before + ": " + operation);
                    }
                });
    }

    private record Session(int client, String server) {}

    private boolean makes(Operation operation, List<Event> events) {
        return model.evaluate(operation.request()).events().equals(events);
    }

    private void checkReadsAt(long revision) {
        List<Operation> reads = othersAt.remove(revision);
        if (reads == null) {
            return;
        }
        for (Operation read : reads) {
            KvModel.Applied applied = model.evaluate(read.request());
            if (!applied.events().isEmpty()) {
                report(Rule.NO_LOST_WRITE, "answered without a change at " + revision + ": " + read);
            } else {
                checkAnswer(read, applied.response());
            }
            if (!read.isSerializable() && completed.before(read.callNanos()) > revision) {
                report(Rule.NOT_STALE, "older than what was complete: " + read);
            }
            checkNotFromFuture(read);
        }
    }

    private void checkAnswer(Operation operation, Message expected) {
        if (operation.outcome() instanceof Operation.Answered answer) {
            Message actual = withoutIds(answer.response());
            if (!actual.equals(expected)) {
                report(Rule.RIGHT_ANSWER, "expected " + expected + " for " + operation);
            }
        }
    }

    private void checkNotFromFuture(Operation operation) {
        if (latestCall > operation.returnNanos()) {
            report(Rule.NOT_FROM_THE_FUTURE, "shows a write called after it returned: " + operation);
        }
    }

    private static Message withoutIds(Message response) {
        var header = response.getDescriptorForType().findFieldByName("header");
        ResponseHeader revisionOnly = ResponseHeader.newBuilder()
                .setRevision(Operation.revision(response))
                .build();
        return response.toBuilder().setField(header, revisionOnly).build();
    }

    private static List<ByteString> values(Message request) {
        List<ByteString> values = new ArrayList<>();
        if (request instanceof PutRequest put) {
            values.add(put.getValue());
        } else if (request instanceof TxnRequest txn) {
            for (List<RequestOp> branch : List.of(txn.getSuccessList(), txn.getFailureList())) {
                for (RequestOp op : branch) {
                    if (op.hasRequestPut()) values.add(op.getRequestPut().getValue());
                    if (op.hasRequestTxn()) values.addAll(values(op.getRequestTxn()));
                }
            }
        }
        return values;
    }

    private void report(Rule rule, String evidence) {
        violations.add(new Violation(rule, evidence));
    }
}
