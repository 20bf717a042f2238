package io.actd.raft;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * Many seeds, all promises. One seed again: {@code mvn -pl raft test -Dtest=SimulationTest -Dactd.seed=17}; more of them:
 * {@code -Dactd.seeds=10000}.
 */
class SimulationTest {
    @Test
    void threeVoters_hostileWorld_keepAllPromises() {
        run(3);
    }

    @Test
    void fiveVoters_hostileWorld_keepAllPromises() {
        run(5);
    }

    private static void run(int voters) {
        Long one = Long.getLong("actd.seed");
        long first = one == null ? 1 : one;
        long count = one == null ? Long.getLong("actd.seeds", 150) : 1;
        long committed = 0;
        for (long seed = first; seed < first + count; seed++) {
            try {
                committed += Chaos.run(seed, voters);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        voters + " voters; replay: mvn -pl raft test -Dtest=SimulationTest -Dactd.seed=" + seed, e);
            }
        }
        assertTrue(committed > count * 10, "the world is so hostile that nothing happens: " + committed);
    }
}
