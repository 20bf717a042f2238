package io.actd.simulation.fault;

import io.actd.simulation.fault.Fault.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** Draws what goes wrong. */
public final class Faults {
    /** By how much a clock runs wrong at most, as a part of one. */
    public static final double MOST_DRIFT = 0.1;

    private static final List<Kind> ALL = List.of(Kind.values());

    private Faults() {}

    /** A mix over that time: some seeds quiet, some rough, some of one kind only. */
    public static List<Fault> mixed(SplittableRandom random, int members, Duration during) {
        var kinds = new ArrayList<Kind>();
        for (var kind : ALL) {
            if (random.nextInt(3) == 0) kinds.add(kind);
        }
        if (kinds.isEmpty()) kinds.add(ALL.get(random.nextInt(ALL.size())));
        long meanGapNanos = 1_000_000_000L + random.nextLong(9_000_000_000L);
        var faults = new ArrayList<Fault>();
        for (long at = random.nextLong(meanGapNanos * 2);
                at < during.toNanos();
                at += random.nextLong(meanGapNanos * 2)) {
            var fault = of(kinds.get(random.nextInt(kinds.size())), at, members, random);
            if (members > 1 || fault.fitsOneMember()) faults.add(fault);
        }
        faults.sort(Comparator.comparingLong(Fault::atNanos));
        return faults;
    }

    private static Fault of(Kind kind, long at, int members, SplittableRandom random) {
        int machine = kind == Kind.MOVE_LEADER ? random.nextInt(members) : random.nextInt(members + 1) - 1;
        long duration = random.nextInt(3) == 0 ? random.nextLong(8_000_000_000L) : random.nextLong(1_500_000_000L);
        int argument =
                switch (kind) {
                    case DIE_AT_FAILPOINT -> random.nextInt(1000);
                    case SLOW_DISK -> 1 << random.nextInt(12);
                    case CLOCK_JUMP -> random.nextInt(7200) - 3600;
                    case CLOCK_DRIFT -> random.nextInt(200) - 100;
                    case LOSSY -> 10 + random.nextInt(300);
                    case MEMBER_JOINS, MEMBER_REPLACED -> random.nextInt(2);
                    case SLOW_NET -> 1 << random.nextInt(10);
                    default -> 0;
                };
        return new Fault(at, kind, machine, duration, argument);
    }
}
