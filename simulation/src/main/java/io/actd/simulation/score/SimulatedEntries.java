package io.actd.simulation.score;

import io.actd.simulation.campaign.Tally;
import io.actd.simulation.fault.Fault.Kind;
import java.util.ArrayList;
import java.util.List;

/** Which lines of the scoreboard simulations add to, and by how much. */
final class SimulatedEntries {
    /** What an administrator does to a cluster that is well is no fault. */
    private static final Kind[] PLANNED = {Kind.MOVE_LEADER, Kind.MEMBER_LEAVES, Kind.MEMBER_JOINS, Kind.MEMBER_REPLACED
    };

    private final Tally tally;
    private final long first;
    private final long last;
    private final String date;
    private final String commit;
    private final List<Entry> entries = new ArrayList<>();

    private SimulatedEntries(Tally tally, long first, long last, String date, String commit) {
        this.tally = tally;
        this.first = first;
        this.last = last;
        this.date = date;
        this.commit = commit;
    }

    /**
     * The entries of a batch. Each counts as failures the seeds of the batch that failed, whatever the reason: a seed
     * that broke a promise shows nothing else.
     */
    static List<Entry> of(Tally tally, long first, long last, String date, String commit) {
        return new SimulatedEntries(tally, first, last, date, commit).all();
    }

    private List<Entry> all() {
        add("1", "1, 3 and 5 members", tally.virtualSeconds());
        add("2", "simulated", tally.seeds());
        add("3", "simulated", tally.allFaults() - tally.faults(PLANNED));
        add("9", "simulated", tally.powerLosses());
        add("10", "simulated", tally.faults(Kind.POWER_LOSS_OF_ALL));
        add("11", "simulated, in logs and stores at rest", tally.faults(Kind.FLIPPED_BIT));
        add("13", "simulated", tally.faults(Kind.DISK_FULL));
        add("14", "simulated", tally.faults(Kind.DISK_ERRORS));
        add("15", "simulated, any member", tally.faults(Kind.SLOW_DISK));
        add("16", "simulated", tally.faults(Kind.CLOCK_JUMP, Kind.CLOCK_DRIFT));
        add("17", "simulated", tally.faults(Kind.ISOLATE, Kind.ISOLATE_INBOUND, Kind.ISOLATE_OUTBOUND, Kind.CUT_PAIR));
        add("17", "simulated splits and rings", tally.faults(Kind.SPLIT, Kind.SPLIT_ONE_WAY, Kind.RING));
        add("18", "simulated", tally.faults(Kind.PAUSE));
        add("19", "simulated", tally.faults(Kind.LOSSY, Kind.SLOW_NET));
        add("21", "simulated moves", tally.faults(Kind.MOVE_LEADER));
        return entries;
    }

    private void add(String line, String what, long count) {
        if (count == 0) return;
        entries.add(new Entry(line, what, count, tally.failures().size(), first, last, date, commit));
    }
}
