package io.actd.node.flag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Spec OP-4 to OP-6. */
class EnvironmentTest {
    private final FlagTable table = FlagTable.load();

    private Settings apply(Map<String, String> environment, String... args) throws Exception {
        var settings = CommandLine.parse(table, List.of(args));
        Environment.apply(table, settings, environment);
        return settings;
    }

    @Test // OP-4
    void every_flag_has_a_variable() throws Exception {
        assertEquals("/x", apply(Map.of("ETCD_DATA_DIR", "/x")).text("data-dir"));
        assertEquals(
                "http://127.0.0.1:1",
                apply(Map.of("ETCD_LISTEN_CLIENT_URLS", "http://127.0.0.1:1")).text("listen-client-urls"));
    }

    @Test // OP-4
    void empty_variable_is_not_set() throws Exception {
        assertFalse(apply(Map.of("ETCD_NAME", "")).isSet("name"));
    }

    @Test // OP-4
    void bad_value_names_the_variable() {
        var refusal = assertThrows(ConfigException.class, () -> apply(Map.of("ETCD_HEARTBEAT_INTERVAL", "abc")));
        assertEquals("invalid value \"abc\" for ETCD_HEARTBEAT_INTERVAL: parse error", refusal.getMessage());
    }

    @Test // OP-5
    void flag_and_variable_together_are_refused() {
        var refusal = assertThrows(ShadowedVariableException.class, () -> apply(Map.of("ETCD_NAME", "a"), "--name=a"));
        assertEquals("ETCD_NAME=a", refusal.variable());
    }

    @Test // OP-6
    void unknown_variables_only_warn() throws Exception {
        apply(Map.of("ETCD_FOO", "x", "ETCD_VERIFY", "all", "ETCD_VERSION", "3", "PATH", "/bin"));
    }

    @Test // OP-9
    void old_names_have_variables_too() throws Exception {
        assertEquals(
                "1m",
                apply(Map.of("ETCD_EXPERIMENTAL_CORRUPT_CHECK_TIME", "1m")).text("corrupt-check-time"));
    }
}
