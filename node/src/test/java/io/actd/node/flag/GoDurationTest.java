package io.actd.node.flag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec OP-2, OP-85. */
class GoDurationTest {
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "1h30m,5400000000000",
        "1.5s,1500000000",
        "-5s,-5000000000",
        "100ms,100000000",
        "7us,7000",
        "7µs,7000",
        "3ns,3",
        ".5h,1800000000000"
    })
    void parse(String text, long nanos) throws Exception {
        assertEquals(Duration.ofNanos(nanos), GoDuration.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "s", "1x", "1h 2m", "--1s", "9999999h"})
    void no_duration(String text) {
        assertThrows(BadValueException.class, () -> GoDuration.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "0,0s",
        "3,3ns",
        "1500,1.5µs",
        "1135796,1.135796ms",
        "1000000000,1s",
        "60000000000,1m0s",
        "5400000000000,1h30m0s",
        "-1500000000,-1.5s"
    })
    void format(long nanos, String text) {
        assertEquals(text, GoDuration.format(Duration.ofNanos(nanos)));
    }
}
