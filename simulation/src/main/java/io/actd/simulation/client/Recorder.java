package io.actd.simulation.client;

import com.google.protobuf.Message;
import io.actd.check.History;
import io.actd.check.LeaseStory;
import io.actd.check.Operation;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.simulation.thread.RunQueue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Keeps what all clients of a simulation saw, and when. */
public final class Recorder {
    /** Codes members use only for what they did not execute: bad argument, not found, precondition, range, no space. */
    private static final Set<Integer> NOT_EXECUTED = Set.of(3, 5, 8, 9, 11);

    private final RunQueue queue;
    private final List<Operation> operations = new ArrayList<>();
    private final List<History.Watch> watches = new ArrayList<>();
    private final List<LeaseStory> leases = new ArrayList<>();
    private final Set<Long> mayExpire = new HashSet<>();
    private long answered;

    public Recorder(RunQueue queue) {
        this.queue = queue;
    }

    /** As {@link #ended}, and only traced if it is about a lease: those answers say nothing of the store. */
    void told(int client, String server, Message request, long callNanos, Answer answer) {
        if (request instanceof PutRequest || request instanceof RangeRequest || request instanceof LeaseRevokeRequest)
            ended(client, server, request, callNanos, answer);
        else trace(client, request, answer);
    }

    void ended(int client, String server, Message request, long callNanos, Answer answer) {
        var outcome = outcome(answer);
        long end = outcome instanceof Operation.Unknown ? Long.MAX_VALUE : queue.now();
        operations.add(new Operation(client, server, request, callNanos, end, outcome));
        if (outcome instanceof Operation.Answered) answered++;
        trace(client, request, answer);
    }

    private void trace(int client, Message request, Answer answer) {
        trace(queue, "c" + client, request);
        if (answer instanceof Answer.Ok ok) trace(queue, "c" + client, ok.response());
        else queue.trace().event(queue.now(), "c" + client, "-> " + answer);
    }

    /** A message as part of the trace; as text only for a reader. */
    static void trace(RunQueue queue, String who, Message message) {
        var trace = queue.trace();
        trace.mix(message.toByteString().hashCode());
        if (trace.isRead()) trace.note(queue.now(), who, text(message));
    }

    /** True if somebody who served has said what became of the call. */
    static boolean isKnown(Answer answer) {
        return answer != Answer.NotSent.INSTANCE && !(outcome(answer) instanceof Operation.Unknown);
    }

    private static Operation.Outcome outcome(Answer answer) {
        return switch (answer) {
            case Answer.Ok ok -> new Operation.Answered(ok.response());
            case Answer.NotSent notSent -> new Operation.Refused("not sent");
            case Answer.Unknown unknown -> new Operation.Unknown();
            case Answer.Refused refused ->
                NOT_EXECUTED.contains(refused.refusal().code())
                        ? new Operation.Refused(refused.refusal().text())
                        : new Operation.Unknown();
        };
    }

    private static String text(Message message) {
        var text = message.getDescriptorForType().getName() + " " + message;
        return text.replaceAll("\\s+", " ");
    }

    /** An answer to a watch that came just now. */
    History.Answer heard(WatchResponse answer) {
        return new History.Answer(queue.now(), answer);
    }

    void watched(History.Watch watch) {
        watches.add(watch);
    }

    void held(LeaseStory story) {
        leases.add(story);
    }

    void mayExpire(long leaseId) {
        mayExpire.add(leaseId);
    }

    /** Operations with an answer so far. */
    public long answered() {
        return answered;
    }

    public List<Operation> operations() {
        return operations;
    }

    public List<History.Watch> watches() {
        return watches;
    }

    /** Leases that were let go. */
    public List<LeaseStory> leases() {
        return leases;
    }

    public Set<Long> mayExpire() {
        return mayExpire;
    }
}
