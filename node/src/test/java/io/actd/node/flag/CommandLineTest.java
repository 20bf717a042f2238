package io.actd.node.flag;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.node.config.NodeConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spec operations.md §1: the syntax of Go's flags. */
class CommandLineTest {
    private final FlagTable table = FlagTable.load();

    private Settings parse(String... args) throws Exception {
        return CommandLine.parse(table, List.of(args));
    }

    private String refusal(String... args) {
        return String.valueOf(
                assertThrows(UsageException.class, () -> parse(args)).getMessage());
    }

    @Test // OP-1
    void one_dash_or_two_and_equals_or_next_word() throws Exception {
        assertEquals("a", parse("--name=a").text("name"));
        assertEquals("a", parse("-name=a").text("name"));
        assertEquals("a", parse("--name", "a").text("name"));
        assertEquals("a", parse("-name", "a").text("name"));
        assertEquals("", parse("--name=").text("name"));
        assertEquals("b", parse("--name=a", "--name=b").text("name"));
    }

    @Test // OP-1
    void boolean_never_takes_the_next_word() throws Exception {
        assertTrue(parse("--force-new-cluster").bool("force-new-cluster"));
        assertFalse(parse("--pre-vote=false").bool("pre-vote"));
        var stray = assertThrows(ConfigException.class, () -> parse("--pre-vote", "false"));
        assertEquals("\"false\" is not a valid flag", stray.getMessage());
    }

    @ParameterizedTest // OP-1
    @CsvSource({"1,true", "t,true", "T,true", "TRUE,true", "True,true", "0,false", "f,false", "F,false", "FALSE,false"})
    void boolean_spellings(String text, boolean value) throws Exception {
        assertEquals(value, parse("--pre-vote=" + text).bool("pre-vote"));
    }

    @Test // OP-1
    void two_dashes_alone_end_the_flags() throws Exception {
        assertEquals("a", parse("--name=a", "--").text("name"));
        var stray = assertThrows(ConfigException.class, () -> parse("--", "--name=a"));
        assertEquals("\"--name=a\" is not a valid flag", stray.getMessage());
    }

    @Test // §1 table: exit 2
    void wrong_usage_names_the_flag() {
        assertEquals("flag provided but not defined: -foo", refusal("--foo"));
        assertEquals("flag needs an argument: -name", refusal("--name"));
        assertEquals(
                "invalid value \"abc\" for flag -heartbeat-interval: parse error", refusal("--heartbeat-interval=abc"));
        assertEquals("invalid value \"-1\" for flag -max-wals: parse error", refusal("--max-wals=-1"));
        assertEquals("invalid boolean value \"x\" for -pre-vote: parse error", refusal("--pre-vote=x"));
        // OP-2: a bare number is no duration
        assertEquals(
                "invalid value \"3\" for flag -grpc-keepalive-interval: parse error",
                refusal("--grpc-keepalive-interval=3"));
    }

    @ParameterizedTest // V1
    @CsvSource({
        "http://localhost:2379/, 'URL must not contain a path: http://localhost:2379/'",
        "ftp://localhost:2379, 'URL scheme must be http, https, unix, or unixs: ftp://localhost:2379'",
        "localhost:2379, 'URL scheme must be http, https, unix, or unixs: localhost:2379'",
        "http://localhost, 'URL address does not have the form \"host:port\": http://localhost'",
    })
    void bad_url(String url, String why) {
        assertEquals(
                "invalid value \"" + url + "\" for flag -listen-client-urls: " + why,
                refusal("--listen-client-urls", url));
    }

    @Test // V6
    void unknown_cluster_state() {
        assertTrue(refusal("--initial-cluster-state=foo")
                .startsWith("invalid value \"foo\" for flag -initial-cluster-state: "));
    }

    @Test // OP-21
    void unknown_gate() {
        assertTrue(refusal("--feature-gates=Foo=true").endsWith("unrecognized feature gate: Foo"));
    }

    @Test // OP-21
    void gate_named_beats_its_stage() throws Exception {
        var gates = parse("--feature-gates=LeaseCheckpoint=false,AllAlpha=true").gates();
        assertEquals(false, gates.get(FeatureGate.LeaseCheckpoint));
        assertEquals(true, gates.get(FeatureGate.CompactHashCheck));
        assertEquals(true, gates.get(FeatureGate.FastLeaseKeepAlive));
    }

    @Test // OP-21, L-7
    void remaining_life_of_leases_is_replicated_unless_switched_off() throws Exception {
        assertEquals(Duration.ofMinutes(5), NodeConfig.of(parse()).leaseCheckpoints());
        var off = parse("--feature-gates=LeaseCheckpoint=false");
        assertEquals(Duration.ZERO, NodeConfig.of(off).leaseCheckpoints());
        assertEquals(false, off.gates().get(FeatureGate.LeaseCheckpointPersist));
    }

    @Test // OP-9
    void old_names_work_but_not_beside_the_new_ones() throws Exception {
        var old =
                parse("--experimental-watch-progress-notify-interval=5s", "--experimental-initial-corrupt-check=true");
        assertEquals(Duration.ofSeconds(5), old.duration("watch-progress-notify-interval"));
        assertEquals(true, old.gates().get(FeatureGate.InitialCorruptCheck));
        var both = assertThrows(
                ConfigException.class, () -> parse("--experimental-corrupt-check-time=1m", "--corrupt-check-time=1m"));
        assertEquals(
                "cannot set --experimental-corrupt-check-time and --corrupt-check-time at the same time, "
                        + "please use --corrupt-check-time only",
                both.getMessage());
    }

    @Test // OP-8
    void flags_of_the_past_are_accepted() throws Exception {
        parse("--snapshot", "--config=x", "--max-retry-attempts", "3", "-vv");
    }

    @Test // §2: every default must pass its own type, and be readable
    void defaults_are_values() {
        for (var flag : table.flags()) {
            if (!flag.defaultValue().isEmpty()) {
                assertDoesNotThrow(() -> flag.type().check(flag.defaultValue()), flag.name());
            }
        }
    }

    @Test // OP-120, both generations
    void kubeadm_flags_are_known() throws Exception {
        parse(
                "--feature-gates=InitialCorruptCheck=true",
                "--watch-progress-notify-interval=5s",
                "--snapshot-count=10000",
                "--listen-client-urls=https://127.0.0.1:2379,https://10.0.0.1:2379",
                "--client-cert-auth=true",
                "--peer-client-cert-auth=true",
                "--initial-cluster=n=https://10.0.0.1:2380",
                "--listen-metrics-urls=http://127.0.0.1:2381",
                "--experimental-initial-corrupt-check=true");
    }
}
