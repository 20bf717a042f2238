package io.actd.simulation.scenario;

import io.actd.simulation.Plan;
import io.actd.simulation.client.Workload;
import io.actd.simulation.fault.Fault;
import io.actd.simulation.fault.Fault.Kind;
import io.actd.simulation.fault.Nemesis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What happens in a scenario, with the leeway its seed has. Without more it is 40 seconds of three busy clients, two that
 * hold leases and three that watch, and nothing goes wrong.
 */
final class Script {
    /** For a step about the weather of all links, which is nobody's. */
    static final int ALL_LINKS = 0;

    /** For a step: whoever leads then. */
    static final int LEADER = Fault.LEADER;

    /** For a step: the machine drawn for its round, the same for all its steps. */
    static final int SOMEBODY = -2;

    /** For a step: the next one, and the one after that. */
    static final int NEXT = -3;

    static final int NEXT_BUT_ONE = -4;

    private static final long MILLI = 1_000_000;
    private static final Duration LONG = Duration.ofHours(1);

    /**
     * A part of a round.
     *
     * @param atMillis after the beginning of the round
     * @param machine from 0, or one of the constants above
     * @param forMillis how long it lasts
     * @param argument as {@link Fault#argument}
     */
    record Step(int atMillis, Kind kind, int machine, int forMillis, int argument) {
        Step(int atMillis, Kind kind, int machine) {
            this(atMillis, kind, machine, 0, 0);
        }

        Step(int atMillis, Kind kind, int machine, int forMillis) {
            this(atMillis, kind, machine, forMillis, 0);
        }
    }

    private final String name;
    private final int members;
    private final long seed;
    private final SplittableRandom random;
    private final List<Fault> faults = new ArrayList<>();
    private final List<Fault> minority = new ArrayList<>();
    private int spares;
    private int seconds = 40;
    private int pairs = 3;
    private Workload.Mix mix = Workload.Mix.USUAL;
    private int leases = 2;
    private int watches = 3;
    private int thinkMillis = 30;
    private int pauseMillis = 1_000;
    private int compactEveryMillis = 4_000;
    private int latenessMillis;
    private long snapshotCount = 10_000;
    private long catchupEntries = 5_000;

    Script(String name, int members, long seed) {
        this.name = name;
        this.members = members;
        this.seed = seed;
        this.random = new SplittableRandom(seed ^ name.hashCode());
    }

    Script spares(int many) {
        spares = many;
        return this;
    }

    Script lasts(int howManySeconds) {
        seconds = howManySeconds;
        return this;
    }

    /** Clients that ask for pairs, and what for; they think for so long at most. */
    Script clients(int many, Workload.Mix what, int howLongMillis) {
        pairs = many;
        mix = what;
        thinkMillis = howLongMillis;
        return this;
    }

    /** They pause so long at most after twenty requests at most. */
    Script pauses(int millis) {
        pauseMillis = millis;
        return this;
    }

    Script leases(int many) {
        leases = many;
        return this;
    }

    Script watches(int many) {
        watches = many;
        return this;
    }

    Script compactsEvery(int millis) {
        compactEveryMillis = millis;
        return this;
    }

    /** Threads start so late at most: reads of history take long, and answers come to who has gone on. */
    Script late(int millis) {
        latenessMillis = millis;
        return this;
    }

    /** A log so short that whoever was away for a moment is sent the store. */
    Script shortLog() {
        snapshotCount = 20;
        catchupEntries = 5;
        return this;
    }

    /** Dies there the next time it comes by. */
    static Step dies(int atMillis, int machine, String failpoint, boolean powerLost) {
        int number = Nemesis.FAILPOINTS.indexOf(failpoint);
        if (number < 0) throw new IllegalArgumentException(failpoint);
        return new Step(atMillis, Kind.DIE_AT_FAILPOINT, machine, 0, 2 * number + (powerLost ? 0 : 1));
    }

    /** These steps again and again; a round begins after half to one and a half of that time. */
    Script rounds(int everyMillis, Step... steps) {
        for (long at = between(everyMillis); at < seconds * 1_000L; at += between(everyMillis)) {
            int victim = random.nextInt(members);
            for (var step : steps) add(at, victim, step);
        }
        return this;
    }

    /** In the end whoever leads is hit by this, and stays so while the others have to serve. */
    Script leaderStays(Kind kind) {
        minority.add(new Fault(seconds * 1_000L * MILLI, kind, LEADER, LONG.toNanos(), 0));
        return this;
    }

    private void add(long roundMillis, int victim, Step step) {
        int machine = step.machine() >= LEADER ? step.machine() : (victim + SOMEBODY - step.machine()) % members;
        long at = roundMillis + between(step.atMillis());
        faults.add(new Fault(at * MILLI, step.kind(), machine, between(step.forMillis()) * MILLI, step.argument()));
    }

    /** About so many: half to one and a half. */
    private long between(long about) {
        return about / 2 + random.nextLong(about + 1);
    }

    Plan plan() {
        faults.sort(Comparator.comparingLong(Fault::atNanos));
        var clients = new Plan.Clients(
                pairs, mix, leases, watches, thinkMillis * MILLI, pauseMillis * MILLI, compactEveryMillis * MILLI);
        return new Plan(
                seed,
                name,
                members,
                spares,
                Duration.ofSeconds(seconds),
                clients,
                latenessMillis > 0 ? latenessMillis * MILLI : Plan.lateness(random),
                snapshotCount,
                catchupEntries,
                minority,
                false,
                faults);
    }
}
