package io.actd.e2e.load;

import com.google.protobuf.Message;
import io.actd.check.Operation;
import io.actd.check.Silence;
import io.actd.e2e.client.EtcdClient;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.mvcc.Event;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What all clients of a story asked and were answered; safe for use by many threads. */
public final class Recording {
    /** Codes a server uses only for what it did not execute. */
    private static final Set<Status.Code> REFUSALS = Set.of(
            Status.Code.INVALID_ARGUMENT,
            Status.Code.NOT_FOUND,
            Status.Code.FAILED_PRECONDITION,
            Status.Code.OUT_OF_RANGE);

    /** What it says, under a code of many meanings, of what it did not execute. */
    private static final Set<String> REFUSED_FOR_NOW =
            Set.of("etcdserver: too many requests", "etcdserver: mvcc: database space exceeded");

    private final List<Operation> operations = new ArrayList<>(); // guarded by this
    private final List<Long> writesDone = new ArrayList<>(); // guarded by this; times, ascending
    private final List<Event> earlierLog = new ArrayList<>(); // guarded by this
    private final Set<Long> mayExpire = ConcurrentHashMap.newKeySet();
    private final AtomicInteger clients = new AtomicInteger();
    private int fromEarlierStories; // guarded by this; operations
    private long markNanos; // guarded by this
    private int writesSinceMark; // guarded by this

    /** Calls and records. */
    <Q extends Message, R extends Message> Outcome call(
            int client, String server, EtcdClient connection, MethodDescriptor<Q, R> method, Q request) {
        long begin = System.nanoTime();
        try {
            R response = connection.call(method, request);
            answered(client, server, request, begin, response);
            return Outcome.ANSWERED;
        } catch (StatusRuntimeException e) {
            return failed(client, server, request, begin, e.getStatus());
        }
    }

    /** Keeps an answer that came just now. */
    void answered(int client, String server, Message request, long begin, Message response) {
        long end = System.nanoTime();
        add(new Operation(client, server, request, begin, end, new Operation.Answered(response)));
    }

    /** Keeps a failure that came just now, and says whether it is a refusal. */
    Outcome failed(int client, String server, Message request, long begin, Status status) {
        String why = Optional.ofNullable(status.getDescription()).orElse("");
        boolean refused = REFUSALS.contains(status.getCode()) || REFUSED_FOR_NOW.contains(why);
        if (refused) {
            add(new Operation(client, server, request, begin, System.nanoTime(), new Operation.Refused(why)));
        } else if (!(request instanceof RangeRequest)) { // a read without an answer says nothing
            add(new Operation(client, server, request, begin, Long.MAX_VALUE, new Operation.Unknown()));
        }
        return refused ? Outcome.REFUSED : Outcome.UNKNOWN;
    }

    private synchronized void add(Operation operation) {
        operations.add(operation);
        if (operation.outcome() instanceof Operation.Answered && isWrite(operation)) {
            writesDone.add(System.nanoTime());
            if (operation.callNanos() >= markNanos) {
                writesSinceMark++;
            }
        }
    }

    /** One that takes space: others are possible where these are not. */
    private static boolean isWrite(Operation operation) {
        return operation.request() instanceof PutRequest || operation.request() instanceof TxnRequest;
    }

    /** To which revision the store is known to be compacted; -1 if it never was. */
    synchronized long compacted() {
        return operations.stream()
                .filter(operation -> operation.request() instanceof CompactionRequest)
                .filter(operation -> switch (operation.outcome()) {
                    case Operation.Answered answered -> true;
                    case Operation.Refused refused -> refused.why().equals(Refusal.COMPACTED.text());
                    case Operation.Unknown unknown -> false;
                })
                .mapToLong(operation -> ((CompactionRequest) operation.request()).getRevision())
                .max()
                .orElse(-1);
    }

    /** A number no client had. */
    int nextClient() {
        return clients.getAndIncrement();
    }

    /** A lease that may end by itself from now on. */
    void granted(long lease) {
        mayExpire.add(lease);
    }

    Set<Long> mayExpire() {
        return Set.copyOf(mayExpire);
    }

    /** The story came out right: what was only read is forgotten, what was written stays for the next one. */
    public synchronized void endStory(List<Event> log) {
        earlierLog.clear();
        earlierLog.addAll(log);
        operations.removeIf(operation -> operation.request() instanceof RangeRequest);
        fromEarlierStories = operations.size();
    }

    /** The newest revision of earlier stories: watches of the present one begin behind it. */
    synchronized long logged() {
        return earlierLog.isEmpty()
                ? 1
                : earlierLog.get(earlierLog.size() - 1).getKv().getModRevision();
    }

    /** The log of earlier stories and the present one. */
    synchronized List<Event> log(List<Event> ofThisStory) {
        List<Event> log = new ArrayList<>(earlierLog);
        log.addAll(ofThisStory);
        return log;
    }

    /** How many operations of the present story were answered or refused by now: what can be checked. */
    public synchronized int count() {
        return (int) ofThisStory().stream()
                .filter(operation -> !(operation.outcome() instanceof Operation.Unknown))
                .count();
    }

    /** Operations of the present story. */
    synchronized List<Operation> ofThisStory() {
        return List.copyOf(operations.subList(fromEarlierStories, operations.size()));
    }

    /** The newest revision in any answer. */
    public synchronized long lastRevision() {
        return operations.stream()
                .map(Operation::outcome)
                .filter(Operation.Answered.class::isInstance)
                .mapToLong(outcome -> Operation.revision(((Operation.Answered) outcome).response()))
                .max()
                .orElse(1);
    }

    /** From here on {@link #writesSinceMark} counts. */
    synchronized void mark() {
        markNanos = System.nanoTime();
        writesSinceMark = 0;
    }

    /** Acknowledged writes that were called after the mark. */
    synchronized int writesSinceMark() {
        return writesSinceMark;
    }

    /** What 99 of 100 acknowledged writes that were called after the mark did not exceed, in milliseconds. */
    synchronized double p99SinceMark() {
        double[] millis = ofThisStory().stream()
                .filter(operation -> operation.callNanos() >= markNanos)
                .filter(operation -> operation.outcome() instanceof Operation.Answered)
                .filter(Recording::isWrite)
                .mapToDouble(operation -> (operation.returnNanos() - operation.callNanos()) / 1e6)
                .sorted()
                .toArray();
        return millis.length == 0 ? 0 : millis[millis.length * 99 / 100];
    }

    synchronized List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** The longest time within these bounds in which no write was acknowledged. */
    synchronized long longestSilenceNanos(long from, long to) {
        return Silence.longest(writesDone.stream().mapToLong(Long::longValue).toArray(), from, to);
    }
}
