package io.actd.simulation.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.simulation.check.SimulatedGroup.Flaw;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** More than a thousand groups with one flaw each, and as many without. */
class RaftPromisesTest {
    private static final int SEEDS = 200;
    private static final int MINIMUM_OF_A_KIND = 100;

    @Test
    void groupThatKeepsItsPromises_isAccepted() {
        for (long seed = 0; seed < SEEDS * Flaw.values().length; seed++)
            assertEquals(List.of(), SimulatedGroup.correct(seed).rules(), "seed " + seed);
    }

    @ParameterizedTest
    @EnumSource
    void flaw_isCaughtByTheNameOfItsPromise(Flaw flaw) {
        int wrong = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            var judged = SimulatedGroup.flawed(seed, flaw);
            if (!judged.flawed()) continue;
            wrong++;
            assertTrue(judged.rules().contains(flaw.rule()), flaw + " of seed " + seed + ": " + judged.rules());
        }
        assertTrue(wrong >= MINIMUM_OF_A_KIND, flaw + " made only " + wrong);
    }
}
