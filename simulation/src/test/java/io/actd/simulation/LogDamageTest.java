package io.actd.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Every cut and every bit of a log of 16 KiB (faults.md D12, D15). */
class LogDamageTest {
    private static final int BYTES = 16 << 10;

    private final LogDamage damage = new LogDamage(1, BYTES);

    @Test
    void logCutAnywhere_startsWithEveryWholeBatch_orIsRefused() {
        var cuts = damage.cuts();
        assertEquals(List.of(), cuts.problems());
        assertTrue(cuts.tried() >= BYTES, () -> "cuts " + cuts.tried());
    }

    @Test
    void anyBitTurnedOver_isFoundOrHarmless() {
        var flips = damage.flips();
        assertEquals(List.of(), flips.problems());
        assertTrue(flips.detected() + flips.harmless() >= BYTES * 8, flips::toString);
        assertTrue(flips.harmless() * 100 < flips.detected(), flips::toString);
    }
}
