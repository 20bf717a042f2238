package io.actd.simulation.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.simulation.Report;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static Report report(long quietSeconds, long majoritySeconds, String... violations) {
        return new Report(
                0,
                0,
                quietSeconds * 1_000_000_000L,
                majoritySeconds * 1_000_000_000L,
                0,
                0,
                0,
                0,
                0,
                Map.of(),
                Map.of(),
                Map.of(),
                0,
                List.of(violations));
    }

    @Test
    void settling_saysHowLongItUsuallyTook_andHowLongAtMost() {
        var tally = new Tally();
        for (int seconds = 1; seconds <= 200; seconds++) tally.add(report(seconds, 0));
        tally.add(report(0, 7));
        tally.add(report(1000, 0, "LIVENESS not at all"));
        var text = tally.settling();
        assertTrue(text.contains("quiet after 100.0 s (median), 198.0 s (99 of 100), 200.0 s (longest)"), text);
        assertTrue(text.contains("of 1 majorities"), text);
        assertTrue(text.endsWith("7.0 s (longest)"), text);
    }

    @Test
    void settling_ofNothing_isNothing() {
        assertEquals(
                "-", new Tally().settling().substring(new Tally().settling().length() - 1));
    }
}
