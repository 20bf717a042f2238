package io.actd.simulation.client;

import io.actd.simulation.cluster.Machine;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Calls that have to be answered, whatever the answer, and leaders that have to stay: when nothing was done to the cluster
 * for a while, and when a majority that is left alone has had the time to get over what happened to the others.
 */
public final class Liveness {
    /** Three were the most that was seen in some hundred seeds: an election, or a start. */
    static final Duration CALM_WITHIN = Duration.ofSeconds(8);

    /**
     * As far as seen a majority needs less than in calm; but a leader may have to notice that nobody hears it, the others
     * that it is silent, by clocks that are wrong, and votes may split.
     */
    public static final Duration MAJORITY_WITHIN = Duration.ofSeconds(8);

    private final LongSupplier now;
    private final LongSupplier calmSince;
    private final List<Machine> machines;
    private final Consumer<String> violated;
    private List<Machine> majority = List.of();
    private long majoritySince;
    private long lastMissed;

    /**
     * @param calmSince since when nothing has been done to the cluster, whoever leads
     * @param violated told of broken promises
     */
    public Liveness(LongSupplier now, LongSupplier calmSince, List<Machine> machines, Consumer<String> violated) {
        this.now = now;
        this.calmSince = calmSince;
        this.machines = machines;
        this.violated = violated;
    }

    /** From now on these members are left alone and hear each other, until {@link #majorityEnds}. */
    public void majority(List<Machine> members) {
        majority = List.copyOf(members);
        majoritySince = now.getAsLong();
        lastMissed = majoritySince;
    }

    /** This member starts, has ended, or is about to end: a majority with it needs its time again. */
    public void disturbed(Machine machine) {
        if (majority.contains(machine)) majoritySince = now.getAsLong();
    }

    /** How long it was until all calls to the majority were answered, 0 if all were. */
    public long majorityEnds() {
        long neededNanos = Math.max(0, lastMissed - aloneSince());
        majority = List.of();
        return neededNanos;
    }

    /** Another member leads than before. */
    public void ledAnew() {
        long at = now.getAsLong();
        if (isCalm(at)) violated.accept("LEADER_STAYS another leads, nothing was done since " + untouchedSince());
        if (isSettled(at)) violated.accept("LEADER_STAYS another leads, nothing changed since " + aloneSince());
    }

    /** A call has ended. */
    void ended(Machine machine, long begunNanos, Answer answer) {
        if (Recorder.isKnown(answer) || !machine.isInService()) return;
        var what = machine.name() + " asked at " + begunNanos + ": " + answer;
        if (isCalm(begunNanos))
            violated.accept("ANSWERS_IN_CALM " + what + ", nothing was done since " + untouchedSince());
        if (!majority.contains(machine)) return;
        lastMissed = Math.max(lastMissed, begunNanos);
        if (isSettled(begunNanos))
            violated.accept("LIVENESS_OF_MAJORITY " + what + ", left alone since " + aloneSince());
    }

    private boolean isCalm(long atNanos) {
        return atNanos >= untouchedSince() + CALM_WITHIN.toNanos();
    }

    private boolean isSettled(long atNanos) {
        return !majority.isEmpty() && atNanos >= aloneSince() + MAJORITY_WITHIN.toNanos();
    }

    private long untouchedSince() {
        return Math.max(calmSince.getAsLong(), slowUntil(machines));
    }

    private long aloneSince() {
        return Math.max(majoritySince, slowUntil(majority));
    }

    private static long slowUntil(List<Machine> some) {
        return some.stream()
                .mapToLong(machine -> machine.disk().slowUntilNanos())
                .max()
                .orElse(0);
    }
}
