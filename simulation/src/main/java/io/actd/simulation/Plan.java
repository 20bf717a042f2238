package io.actd.simulation;

import io.actd.simulation.fault.Fault;
import io.actd.simulation.fault.Faults;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * All that is decided before a simulation begins. A plan with other faults is another simulation with the same
 * randomness.
 *
 * @param seed of everything that is drawn on the way
 * @param members how many
 * @param load how long clients and faults go on; then everything heals
 * @param clients how many ask for pairs
 * @param thinkNanos how long a client thinks at most between two requests
 * @param pauseNanos how long it pauses at most after some of them
 * @param latenessNanos how late a thread may start, 0 for at once
 * @param snapshotCount applied entries between two snapshot marks
 * @param catchupEntries entries kept in memory for slow followers
 */
public record Plan(
        long seed,
        int members,
        Duration load,
        int clients,
        long thinkNanos,
        long pauseNanos,
        long latenessNanos,
        long snapshotCount,
        long catchupEntries,
        List<Fault> faults) {
    private static final long[] LATENESS = {0, 50_000, 2_000_000};

    public Plan {
        faults = List.copyOf(faults);
    }

    /** The mix of everything that belongs to this seed. */
    public static Plan mixed(long seed, int members) {
        var random = new SplittableRandom(seed ^ 0x9e3779b97f4a7c15L);
        var load = Duration.ofSeconds(30 + random.nextInt(90));
        return new Plan(
                seed,
                members,
                load,
                2 + random.nextInt(4),
                2_000_000L << random.nextInt(8),
                2_000_000_000L << random.nextInt(5),
                LATENESS[random.nextInt(LATENESS.length)],
                10L << random.nextInt(7),
                5L << random.nextInt(6),
                Faults.mixed(random.split(), members, load));
    }

    /** The same with these faults only. */
    public Plan withFaults(List<Fault> some) {
        return new Plan(
                seed,
                members,
                load,
                clients,
                thinkNanos,
                pauseNanos,
                latenessNanos,
                snapshotCount,
                catchupEntries,
                some);
    }
}
