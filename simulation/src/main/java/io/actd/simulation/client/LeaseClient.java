package io.actd.simulation.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.protocol.api.LeaseGrantRequest;
import io.actd.protocol.api.LeaseGrantResponse;
import io.actd.protocol.api.LeaseKeepAliveRequest;
import io.actd.protocol.api.LeaseKeepAliveResponse;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.LeaseTimeToLiveRequest;
import io.actd.protocol.api.LeaseTimeToLiveResponse;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.simulation.cluster.Machine;
import io.actd.simulation.thread.RunQueue;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds one lease after the other: grants it, hangs a key of its own on it and sometimes one that others use, keeps it
 * alive for a while, then revokes it or looks until it is gone.
 */
public final class LeaseClient {
    private static final long PATIENCE_NANOS = 2_000_000_000L;
    private static final long THINK_NANOS = 2_000_000_000L;
    private static final long AGAIN_NANOS = 100_000_000L;
    private static final long LOOK_NANOS = 600_000_000L;
    /** A question is asked again between members for T (spec OP-61). */
    private static final long LONGEST_ON_ITS_WAY_NANOS = 7_000_000_000L;

    private static final int MOST_RENEWALS = 6;

    /**
     * What is true of the whole cluster.
     *
     * @param calmSince since when the same leader has led and nothing has been disturbed
     * @param violated told of broken promises
     */
    public record Surroundings(
            List<Machine> machines,
            Recorder recorder,
            RunQueue queue,
            HeldLease.Limits limits,
            LongSupplier calmSince,
            Consumer<String> violated) {
        /** @param drift by how much clocks may be wrong, as a part of one */
        public static Surroundings of(
                List<Machine> machines,
                Recorder recorder,
                RunQueue queue,
                double drift,
                long electionTimeoutNanos,
                long checkpointNanos,
                LongSupplier calmSince,
                Consumer<String> violated) {
            var limits = new HeldLease.Limits(1 + drift, 1 - drift, electionTimeoutNanos, checkpointNanos);
            return new Surroundings(machines, recorder, queue, limits, calmSince, violated);
        }
    }

    private final int number;
    private final Surroundings around;
    private final SplittableRandom random;
    private final Calls calls;
    private int granted;
    private int renewalsLeft;
    private boolean stopped;
    private @Nullable HeldLease held;

    /** @param number tells its operations and keys from those of others */
    public LeaseClient(int number, Surroundings around, SplittableRandom random) {
        this.number = number;
        this.around = around;
        this.random = random;
        this.calls = Calls.of("l" + number, around.queue(), random.split());
    }

    /** Begins. */
    public void start() {
        after(random.nextLong(THINK_NANOS), this::grant);
    }

    /** Takes no further lease, and holds on to none. */
    public void stop() {
        stopped = true;
    }

    /** True if it holds no lease. */
    public boolean isIdle() {
        return held == null;
    }

    private void after(long nanos, Runnable next) {
        calls.process().after(nanos, "lease", next);
    }

    /** One call to any member; {@code onAnswer} gets the time it began. */
    private void ask(Message request, AnswerAt onAnswer) {
        var machine = around.machines().get(random.nextInt(around.machines().size()));
        long call = around.queue().now();
        calls.call(machine, request, PATIENCE_NANOS, answer -> {
            around.recorder().told(number, machine.name(), request, call, answer);
            onAnswer.take(answer, call, around.queue().now());
        });
    }

    @FunctionalInterface
    private interface AnswerAt {
        void take(Answer answer, long callNanos, long returnNanos);
    }

    private void check(String wrong) {
        if (!wrong.isEmpty()) around.violated().accept(wrong);
    }

    // ---- getting one

    private void grant() {
        if (stopped) return;
        granted++;
        long id = (number * 1000L + granted) * (random.nextInt(4) == 0 ? -1 : 1);
        long ttlSeconds = random.nextInt(4) == 0 ? 20 + random.nextInt(41) : random.nextInt(6);
        var request =
                LeaseGrantRequest.newBuilder().setID(id).setTTL(ttlSeconds).build();
        ask(request, (answer, call, end) -> {
            if (answer instanceof Answer.Ok ok && ok.response() instanceof LeaseGrantResponse response) {
                var key = "lease/" + number + "." + granted;
                var lease = new HeldLease(id, key, response.getTTL(), around.limits(), call, end);
                around.recorder().mayExpire(id);
                held = lease;
                renewalsLeft = random.nextInt(MOST_RENEWALS + 1);
                attach(lease);
            } else {
                start();
            }
        });
    }

    private void attach(HeldLease lease) {
        put(lease, lease.key(), () -> {
            if (random.nextInt(3) == 0) put(lease, "k/" + (char) ('a' + random.nextInt(12)), () -> hold(lease));
            else hold(lease);
        });
    }

    private void put(HeldLease lease, String key, Runnable next) {
        var request = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(
                        "l" + number + "." + granted + " " + key + (lease.isGone() ? " late" : "")))
                .setLease(lease.id())
                .build();
        ask(request, (answer, call, end) -> {
            if (isNotFound(answer)) check(lease.seenGone(end));
            next.run();
        });
    }

    /** Nobody may hang anything on what is gone, nor find it alive. */
    private void afterItsEnd(HeldLease lease) {
        keepAlive(lease, () -> {
            if (random.nextInt(3) == 0) put(lease, lease.key(), this::end);
            else end();
        });
    }

    private static boolean isNotFound(Answer answer) {
        return answer instanceof Answer.Refused refused && refused.refusal().code() == 5;
    }

    // ---- keeping it

    private void hold(HeldLease lease) {
        if (lease.isGone()) afterItsEnd(lease);
        else if (stopped || renewalsLeft-- <= 0) letGo(lease);
        else {
            long wait = lease.ttlNanos() / 5 + random.nextLong(lease.ttlNanos() / 2);
            after(Math.min(wait, 4_000_000_000L), () -> {
                if (random.nextInt(3) == 0) look(lease, () -> keepAlive(lease, () -> hold(lease)));
                else keepAlive(lease, () -> hold(lease));
            });
        }
    }

    private void keepAlive(HeldLease lease, Runnable next) {
        var request = LeaseKeepAliveRequest.newBuilder().setID(lease.id()).build();
        ask(request, (answer, call, end) -> {
            if (answer instanceof Answer.Ok ok && ok.response() instanceof LeaseKeepAliveResponse response)
                check(response.getTTL() > 0 ? lease.renewed(call, end) : lease.seenGone(end));
            else lease.tried(call + LONGEST_ON_ITS_WAY_NANOS);
            after(random.nextLong(AGAIN_NANOS), next);
        });
    }

    // ---- letting it go

    private void letGo(HeldLease lease) {
        boolean hurries = stopped && isLong(lease);
        if (!hurries && random.nextInt(4) != 0) {
            lookUntilGone(lease);
            return;
        }
        lease.revoke();
        ask(LeaseRevokeRequest.newBuilder().setID(lease.id()).build(), (answer, call, end) -> {
            if (answer instanceof Answer.Ok || isNotFound(answer)) {
                check(lease.seenGone(end));
                afterItsEnd(lease);
            } else if (isLong(lease)) {
                after(random.nextLong(AGAIN_NANOS), () -> letGo(lease));
            } else {
                lookUntilGone(lease);
            }
        });
    }

    private void lookUntilGone(HeldLease lease) {
        after(
                random.nextLong(LOOK_NANOS),
                () -> look(lease, () -> {
                    if (lease.isGone()) afterItsEnd(lease);
                    else if (stopped && isLong(lease)) letGo(lease);
                    else lookUntilGone(lease);
                }));
    }

    /** The end of the simulation does not wait for it. */
    private static boolean isLong(HeldLease lease) {
        return lease.ttlNanos() > 10_000_000_000L;
    }

    /** Asks for its life, or for its key, whose absence says nothing: perhaps it was never put. */
    private void look(HeldLease lease, Runnable next) {
        boolean life = random.nextBoolean();
        Message request = life
                ? LeaseTimeToLiveRequest.newBuilder().setID(lease.id()).build()
                : RangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(lease.key()))
                        .build();
        ask(request, (answer, call, end) -> {
            if (answer instanceof Answer.Ok ok) saw(lease, ok.response(), call, end);
            next.run();
        });
    }

    private void saw(HeldLease lease, Message response, long call, long end) {
        long calmSince = around.calmSince().getAsLong();
        if (response instanceof LeaseTimeToLiveResponse left) {
            if (left.getTTL() < 0) {
                check(lease.seenGone(end));
            } else {
                check(lease.seenAlive(call, calmSince));
                check(lease.remaining(left.getTTL(), call, end, calmSince));
            }
        } else if (response instanceof RangeResponse range && range.getCount() > 0) {
            check(lease.seenAlive(call, calmSince));
        }
    }

    private void end() {
        var lease = held;
        if (lease != null) around.recorder().held(lease.story());
        held = null;
        start();
    }
}
