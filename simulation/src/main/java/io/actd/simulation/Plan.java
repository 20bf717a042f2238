package io.actd.simulation;

import io.actd.simulation.client.Workload;
import io.actd.simulation.fault.Fault;
import io.actd.simulation.fault.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * All that is decided before a simulation begins. A plan with other faults is another simulation with the same
 * randomness.
 *
 * @param seed of everything that is drawn on the way
 * @param scenario the one it belongs to, empty for a mix of everything
 * @param members how many
 * @param spares machines that run no member at first
 * @param load how long clients and faults go on; then everything heals
 * @param clients what they are like
 * @param latenessNanos how late a thread may start, 0 for at once
 * @param snapshotCount applied entries between two snapshot marks
 * @param catchupEntries entries kept in memory for slow followers
 * @param minority what happens to a few machines when all else heals, and lasts for a while
 * @param lyingDisks disks say "synced" and did nothing: to see that the simulation would notice
 */
public record Plan(
        long seed,
        String scenario,
        int members,
        int spares,
        Duration load,
        Clients clients,
        long latenessNanos,
        long snapshotCount,
        long catchupEntries,
        List<Fault> minority,
        boolean lyingDisks,
        List<Fault> faults) {
    /**
     * Who uses the cluster, and how.
     *
     * @param pairs how many ask for pairs
     * @param mix what those ask for
     * @param leases how many hold leases
     * @param watches how many watch, one to four ranges each; the first keeps the record, too
     * @param thinkNanos how long one thinks at most between two requests
     * @param pauseNanos how long it pauses at most after some of them
     * @param compactEveryNanos at most so long between two compactions
     */
    public record Clients(
            int pairs,
            Workload.Mix mix,
            int leases,
            int watches,
            long thinkNanos,
            long pauseNanos,
            long compactEveryNanos) {
        Clients withPairs(int fewer) {
            return new Clients(fewer, mix, leases, watches, thinkNanos, pauseNanos, compactEveryNanos);
        }
    }

    private static final int WATCHES = 4;
    private static final long COMPACT_EVERY_NANOS = 4_000_000_000L;
    private static final int MOST_MEMBERS = 5;
    private static final long[] LATENESS = {0, 50_000, 2_000_000};

    public Plan {
        minority = List.copyOf(minority);
        faults = List.copyOf(faults);
    }

    /** The mix of everything that belongs to this seed. */
    public static Plan mixed(long seed, int members) {
        var random = new SplittableRandom(seed ^ 0x9e3779b97f4a7c15L);
        var load = Duration.ofSeconds(30 + random.nextInt(90));
        boolean grows = members < MOST_MEMBERS && random.nextInt(8) == 0;
        int spares = grows ? MOST_MEMBERS - members : random.nextInt(2);
        var clients = new Clients(
                2 + random.nextInt(4),
                Workload.Mix.USUAL,
                random.nextInt(4),
                WATCHES,
                2_000_000L << random.nextInt(8),
                2_000_000_000L << random.nextInt(5),
                COMPACT_EVERY_NANOS);
        return new Plan(
                        seed,
                        "",
                        members,
                        spares,
                        load,
                        clients,
                        lateness(random),
                        10L << random.nextInt(7),
                        5L << random.nextInt(6),
                        List.of(),
                        false,
                        faults(random.split(), members, grows ? spares : 0, load))
                .withMinority(Faults.ofMinority(random.split(), members + spares, load));
    }

    private static List<Fault> faults(SplittableRandom random, int members, int joining, Duration load) {
        var faults = new ArrayList<>(Faults.mixed(random, members + joining, load));
        faults.addAll(Faults.growth(random, joining, load));
        faults.sort(Comparator.comparingLong(Fault::atNanos));
        return faults;
    }

    /** As on a machine that is idle, busy, or very busy. */
    public static long lateness(SplittableRandom random) {
        return LATENESS[random.nextInt(LATENESS.length)];
    }

    /** How many members the cluster of a seed has: mostly three. */
    public static int membersOf(long seed) {
        return switch (Math.floorMod(seed, 8)) {
            case 0, 3, 5 -> 1;
            case 6 -> 5;
            default -> 3;
        };
    }

    /** What that leaves of it. */
    public Plan cut(Cut cut) {
        var left = cut.faults().stream().map(faults::get).toList();
        return with(cut.draw(), cut.load(), clients.withPairs(cut.clients()), minority, lyingDisks, left);
    }

    /** The same with these faults only, and no minority. */
    public Plan withFaults(List<Fault> some) {
        return with(seed, load, clients, List.of(), lyingDisks, some);
    }

    /** The same with disks that lie. */
    public Plan withLyingDisks() {
        return with(seed, load, clients, minority, true, faults);
    }

    /** The same, but these happen to a few machines when all else heals. */
    public Plan withMinority(List<Fault> some) {
        return with(seed, load, clients, some, lyingDisks, faults);
    }

    private Plan with(
            long itsSeed,
            Duration itsLoad,
            Clients itsClients,
            List<Fault> itsMinority,
            boolean lie,
            List<Fault> itsFaults) {
        return new Plan(
                itsSeed,
                scenario,
                members,
                spares,
                itsLoad,
                itsClients,
                latenessNanos,
                snapshotCount,
                catchupEntries,
                itsMinority,
                lie,
                itsFaults);
    }

    /** What plays it again. */
    public String command() {
        var which = scenario.isEmpty() ? "--members " + members : "--scenario " + scenario;
        return "./simulate " + which + " --seed " + seed + (lyingDisks ? " --lying-disks" : "");
    }
}
