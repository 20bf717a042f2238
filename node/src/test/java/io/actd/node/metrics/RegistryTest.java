package io.actd.node.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Prometheus text form, as Go's client writes it. */
class RegistryTest {
    private final Registry registry = new Registry();

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "1,1",
        "-1.5,-1.5",
        "100000,100000",
        "1000000,1e+06",
        "1234567,1.234567e+06",
        "2147483648,2.147483648e+09",
        "0.0001,0.0001",
        "0.00001,1e-05",
        "8.192,8.192",
        "1e100,1e+100",
        "NaN,NaN",
        "Infinity,+Inf"
    })
    void numbers(double value, String text) {
        assertEquals(text, GoNumber.format(value));
    }

    @Test
    void counter_and_gauge_may_have_any_name() {
        registry.counter("etcd_server_health_success", "h").increment();
        registry.gauge("etcd_debugging_mvcc_keys_total", "k").set(2);
        assertEquals("""
                # HELP etcd_debugging_mvcc_keys_total k
                # TYPE etcd_debugging_mvcc_keys_total gauge
                etcd_debugging_mvcc_keys_total 2
                # HELP etcd_server_health_success h
                # TYPE etcd_server_health_success counter
                etcd_server_health_success 1
                """, registry.text());
    }

    @Test
    void labelled_ones_show_once_asked_for() {
        var family = registry.counters("c_total", "c", "a", "b");
        assertEquals("", registry.text());
        family.with("x", "say \"y\"\n").add(3);
        assertTrue(registry.text().endsWith("c_total{a=\"x\",b=\"say \\\"y\\\"\\n\"} 3\n"));
        assertThrows(IllegalArgumentException.class, () -> family.with("x"));
    }

    @Test
    void histogram_observes_nanoseconds_and_shows_seconds() {
        var histogram = registry.histogram("h_seconds", "h", Buckets.B1);
        histogram.observe(1_000_000);
        histogram.observe(1_000_001);
        histogram.observe(100_000_000_000L);
        var text = registry.text();
        assertTrue(text.contains("h_seconds_bucket{le=\"0.001\"} 1\n"), text);
        assertTrue(text.contains("h_seconds_bucket{le=\"0.002\"} 2\n"), text);
        assertTrue(text.contains("h_seconds_bucket{le=\"8.192\"} 2\nh_seconds_bucket{le=\"+Inf\"} 3\n"), text);
        assertTrue(text.contains("h_seconds_sum 100.002000001\nh_seconds_count 3\n"), text);
    }

    @Test
    void a_name_is_used_once() {
        registry.counter("a", "");
        assertThrows(IllegalArgumentException.class, () -> registry.gauge("a", ""));
    }
}
