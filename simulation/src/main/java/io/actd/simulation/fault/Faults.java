package io.actd.simulation.fault;

import io.actd.simulation.fault.Fault.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** Draws what goes wrong. */
public final class Faults {
    private static final long UNTIL_ALL_HEALS = 3_600_000_000_000L;

    /** Drawn last, so that seeds without them stay what they were. */
    private static final List<Kind> OF_DISKS = List.of(Kind.DISK_ERRORS, Kind.DISK_FULL, Kind.FLIPPED_BIT);

    /**
     * What a majority has to bear for as long as it lasts. Not lost messages: whoever leads behind a link that loses some
     * goes on leading, and then there is no time by which a call is answered.
     */
    private static final List<Kind> OF_MINORITIES = List.of(
            Kind.ISOLATE,
            Kind.ISOLATE_INBOUND,
            Kind.ISOLATE_OUTBOUND,
            Kind.CUT_PAIR,
            Kind.PAUSE,
            Kind.OFF,
            Kind.NO_CALLS,
            Kind.SLOW_DISK,
            Kind.DISK_FULL,
            Kind.SLOW_NET);

    private static final List<Kind> OTHERS = Arrays.stream(Kind.values())
            .filter(kind -> !OF_DISKS.contains(kind) && kind != Kind.OFF && kind != Kind.NO_CALLS)
            .toList();

    private Faults() {}

    /** A mix over that time: some seeds quiet, some rough, some of one kind only. */
    public static List<Fault> mixed(SplittableRandom random, int members, Duration during) {
        var kinds = some(OTHERS, random);
        long meanGapNanos = 1_000_000_000L + random.nextLong(9_000_000_000L);
        var faults = new ArrayList<>(draw(kinds, meanGapNanos, members, during, random));
        if (random.nextInt(4) == 0)
            faults.addAll(draw(some(OF_DISKS, random), 2 * meanGapNanos, members, during, random));
        if (random.nextInt(4) == 0) faults.addAll(storms(members, during, random));
        faults.sort(Comparator.comparingLong(Fault::atNanos));
        return faults;
    }

    /** A few seconds each in which things go wrong faster than a cluster gets over them. */
    private static List<Fault> storms(int members, Duration during, SplittableRandom random) {
        var faults = new ArrayList<Fault>();
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            long begin = random.nextLong(during.toNanos());
            var length = Duration.ofMillis(1_000 + random.nextInt(4_000));
            for (var fault : draw(some(OTHERS, random), 50_000_000L << random.nextInt(3), members, length, random))
                faults.add(fault.later(begin));
        }
        return faults;
    }

    /** Machines that join one after the other, as learners first or as voters at once. */
    public static List<Fault> growth(SplittableRandom random, int spares, Duration during) {
        var joins = new ArrayList<Fault>();
        long gapNanos = during.toNanos() / (spares + 1);
        for (int i = 0; i < spares; i++) {
            long at = i * gapNanos + random.nextLong(gapNanos);
            joins.add(new Fault(at, Kind.MEMBER_JOINS, 0, 0, random.nextInt(2)));
        }
        return joins;
    }

    /** By how much a clock runs wrong at most with these faults, as a part of one. */
    public static double drift(List<Fault> faults) {
        return faults.stream()
                .filter(fault -> fault.kind() == Kind.CLOCK_DRIFT)
                .mapToDouble(fault -> Math.abs(fault.argument()) / 1000.0)
                .max()
                .orElse(0);
    }

    /** What hits a minority of the machines in one of four seeds, from that time on, while all else heals. */
    public static List<Fault> ofMinority(SplittableRandom random, int machines, Duration from) {
        var faults = new ArrayList<Fault>();
        int most = random.nextInt(4) == 0 ? (machines - 1) / 2 : 0;
        int first = random.nextInt(machines);
        for (int i = 0; i < most && (i == 0 || random.nextBoolean()); i++) {
            var kind = OF_MINORITIES.get(random.nextInt(OF_MINORITIES.size()));
            int machine = i == 0 && random.nextBoolean() ? Fault.LEADER : (first + i) % machines;
            faults.add(new Fault(from.toNanos(), kind, machine, UNTIL_ALL_HEALS, bearable(kind, random)));
        }
        return faults;
    }

    /**
     * So strong that calls are still answered if the member that is hit goes on leading: a disk of which some slow syncs in
     * one step do not take an election timeout, after which it would hand over.
     */
    private static int bearable(Kind kind, SplittableRandom random) {
        return switch (kind) {
            case CUT_PAIR -> random.nextInt(3);
            case SLOW_DISK -> 1 << random.nextInt(7);
            case SLOW_NET -> Reach.OF_ONE.with(1 << random.nextInt(8));
            default -> 0;
        };
    }

    private static List<Kind> some(List<Kind> all, SplittableRandom random) {
        var kinds = new ArrayList<Kind>();
        for (var kind : all) {
            if (random.nextInt(3) == 0) kinds.add(kind);
        }
        if (kinds.isEmpty()) kinds.add(all.get(random.nextInt(all.size())));
        return kinds;
    }

    private static List<Fault> draw(
            List<Kind> kinds, long meanGapNanos, int members, Duration during, SplittableRandom random) {
        var faults = new ArrayList<Fault>();
        for (long at = random.nextLong(meanGapNanos * 2);
                at < during.toNanos();
                at += random.nextLong(meanGapNanos * 2)) {
            var fault = of(kinds.get(random.nextInt(kinds.size())), at, members, random);
            if (members > 1 || fault.fitsOneMember()) faults.add(fault);
        }
        return faults;
    }

    private static Fault of(Kind kind, long at, int members, SplittableRandom random) {
        int machine = kind == Kind.MOVE_LEADER ? random.nextInt(members) : random.nextInt(members + 1) - 1;
        long duration = random.nextInt(3) == 0 ? random.nextLong(8_000_000_000L) : random.nextLong(1_500_000_000L);
        int argument =
                switch (kind) {
                    case DIE_AT_FAILPOINT -> random.nextInt(1000);
                    case DISK_ERRORS -> 1 << random.nextInt(10);
                    case DISK_FULL -> 1 << random.nextInt(17);
                    case FLIPPED_BIT -> random.nextInt(8);
                    case SLOW_DISK -> 1 << random.nextInt(12);
                    case CLOCK_JUMP -> random.nextInt(7200) - 3600;
                    case CLOCK_DRIFT -> random.nextInt(200) - 100;
                    case SPLIT, SPLIT_ONE_WAY -> members > 1 ? random.nextInt((1 << (members - 1)) - 1) : 0;
                    case RING -> members > 3 ? random.nextInt(2) : 1; // of three all are neighbours
                    case LOSSY -> Reach.drawn(random, members).with(10 + random.nextInt(300));
                    case MEMBER_JOINS, MEMBER_REPLACED -> random.nextInt(2);
                    case SLOW_NET -> Reach.drawn(random, members).with(1 << random.nextInt(10));
                    default -> 0;
                };
        return new Fault(at, kind, machine, duration, argument);
    }
}
