package io.actd.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Seeds of every check; {@code ./simulate --seed N --members M --trace} shows one of them. */
class SimulationTest {
    private static final int SEEDS = Integer.getInteger("simulation.seeds", 50);

    @Test
    void oneMember_keepsItsPromises() {
        for (long seed = 1; seed <= SEEDS; seed++) keepsItsPromises(seed, 1);
    }

    @Test
    void threeMembers_keepTheirPromises() {
        for (long seed = 1; seed <= SEEDS; seed++) keepsItsPromises(seed, 3);
    }

    @Test
    void fiveMembers_keepTheirPromises() {
        for (long seed = 1; seed <= SEEDS; seed += 5) keepsItsPromises(seed, 5);
    }

    @Test
    void sameSeed_sameTrace() {
        for (long seed = 1; seed <= SEEDS; seed += 10) {
            for (int members : new int[] {1, 3, 5}) {
                var plan = Plan.mixed(seed, members);
                assertEquals(Simulation.run(plan).hash(), Simulation.run(plan).hash(), "seed " + seed);
            }
        }
    }

    private static void keepsItsPromises(long seed, int members) {
        var report = Simulation.run(Plan.mixed(seed, members));
        assertEquals(
                List.of(), report.violations(), "./simulate --members " + members + " --seed " + seed + " --trace");
    }
}
