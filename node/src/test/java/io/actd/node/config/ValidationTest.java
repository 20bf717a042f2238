package io.actd.node.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.actd.apply.MemberIds;
import io.actd.member.MemberConfig.AutoCompaction;
import io.actd.node.flag.CommandLine;
import io.actd.node.flag.ConfigException;
import io.actd.node.flag.FlagTable;
import io.actd.node.flag.Settings;
import io.actd.node.flag.UsageException;
import io.actd.node.log.LogSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spec operations.md §4: the exact texts. */
class ValidationTest {
    private static Settings settings(String args) throws Exception {
        return CommandLine.parse(FlagTable.load(), args.isEmpty() ? List.of() : List.of(args.split(" ")));
    }

    private static NodeConfig config(String args) throws Exception {
        var settings = settings(args);
        Validation.check(settings);
        return NodeConfig.of(settings);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // V2, V3
                "--listen-peer-urls=http://example.com:1|expected IP in URL for binding (http://example.com:1)",
                "--listen-peer-urls=http://:1|expected IP in URL for binding (http://:1)",
                "--listen-client-urls=http://127.0.0.1:1|--advertise-client-urls is required when --listen-client-urls is set explicitly",
                // V4, V5
                "--initial-cluster=a=http://a:1 --discovery-srv=x|multiple discovery or bootstrap flags are set. Choose one of \"initial-cluster\", \"discovery-endpoints\" or \"discovery-srv\"",
                "--discovery-token=x|both --discovery-token and --discovery-endpoints must be set",
                "--discovery-endpoints=x|both --discovery-token and --discovery-endpoints must be set",
                // V7, V8, V9
                "--heartbeat-interval=0|--heartbeat-interval must be >0 (set to 0ms)",
                "--election-timeout=0|--election-timeout must be >0 (set to 0ms)",
                "--election-timeout=400|--election-timeout[400ms] should be at least as 5 times as --heartbeat-interval[100ms]",
                "--election-timeout=60000|--election-timeout[60000ms] is too long, and should be set less than 50000ms",
                // V10, V11
                "--auto-compaction-mode=foo|unknown auto-compaction-mode \"foo\"",
                "--auto-compaction-mode=|undefined auto-compaction-mode",
                "--auto-compaction-retention=foo|error parsing CompactionRetention: time: invalid duration \"foo\"",
                // V12
                "--tls-min-version=TLS1.1|unexpected TLS version \"TLS1.1\" (must be one of: TLS1.2, TLS1.3)",
                "--tls-min-version=TLS1.3 --tls-max-version=TLS1.2|min version (TLS1.3) is greater than max version (TLS1.2)",
                "--tls-min-version=TLS1.3 --cipher-suites=x|cipher suites cannot be configured when only TLS1.3 is enabled",
                // V14
                "--advertise-client-urls=http://a:1 --listen-client-urls=https://127.0.0.1:1|TLS key/cert (--cert-file, --key-file) must be provided for client url https://127.0.0.1:1 with HTTPS scheme",
                "--listen-metrics-urls=https://127.0.0.1:1|client TLS key/cert (--cert-file, --key-file) must be provided for metrics secure url https://127.0.0.1:1",
                "--listen-management-urls=https://127.0.0.1:1|--listen-management-urls https://127.0.0.1:1: TLS is not supported yet",
                "--listen-management-urls=http://host:1|expected IP in URL for binding (http://host:1)",
                // V15
                "--advertise-client-urls=http://a:1 --listen-client-urls=http://127.0.0.1:1 --listen-client-http-urls=http://127.0.0.1:1|cannot bind both --listen-client-urls and --listen-client-http-urls on the same url http://127.0.0.1:1",
                // V16
                "--initial-advertise-peer-urls=http://:1|--initial-advertise-peer-urls \"http://:1\" must be \"host:port\" (unexpected empty host (http://:1))",
                "--advertise-client-urls=http://:1|--advertise-client-urls \"http://:1\" must be in the format \"host:port\", \"unix:/path/to/socket\" or \"unixs:/path/to/socket\" (unexpected empty host (http://:1))",
                // V19, V21
                "--enable-distributed-tracing --distributed-tracing-sampling-rate=-1|distributed tracing configurition is not valid: (sampling rate -1 is not within 0 and 1000000)",
                "--compact-hash-check-time=0|--compact-hash-check-time must be >0 (set to 0s)",
                "--feature-gates=LeaseCheckpointPersist=false|feature gate LeaseCheckpoint without LeaseCheckpointPersist is not supported: what is replicated is stored",
                "--feature-gates=LeaseCheckpoint=false,LeaseCheckpointPersist=true|enabling feature gate LeaseCheckpointPersist requires enabling feature gate LeaseCheckpoint",
                // limits
                "--max-request-bytes=0|--max-request-bytes must be >0 (set to 0)",
                "--max-request-bytes=267386881|--max-request-bytes must be at most 267386880 (set to 267386881)",
                // never dropped silently
                "--cert-file=x|--cert-file is not supported yet",
                "--auth-token=jwt|--auth-token is not supported yet",
                "--listen-peer-urls=https://127.0.0.1:1|--listen-peer-urls https://127.0.0.1:1: TLS is not supported yet",
            })
    void refused(String args, String text) {
        assertEquals(
                text, assertThrows(ConfigException.class, () -> config(args)).getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // V13
                "--enable-log-rotation|--log-outputs requires a single file path when --log-rotate-config-json is defined",
                "--enable-log-rotation --log-outputs=a,b|--log-outputs requires a single file path when --log-rotate-config-json is defined",
                // V18
                "--log-outputs=default,stdout|multi logoutput for \"default\" is not supported yet",
                "--log-format=foo|unknown log format: foo, supported values json, console",
                // V22
                "--logger=capnslog|--logger=capnslog is removed in v3.5",
            })
    void refused_for_the_log(String args, String text) {
        assertEquals(
                text,
                assertThrows(ConfigException.class, () -> LogSettings.from(settings(args)))
                        .getMessage());
    }

    @Test // OP-122
    void no_flags_at_all() throws Exception {
        var config = config("");
        assertEquals("default.etcd/member/wal", config.walDir().toString());
        assertEquals(2L << 30, config.history().quotaBytes());
        var identity = InitialCluster.of(config).founded();
        assertEquals("8e9e05c52164694d", MemberIds.hex(identity.self().getID()));
        assertEquals("default", identity.self().getName());
        assertEquals(List.of("http://localhost:2379"), identity.self().getClientURLsList());
        assertEquals(1, identity.all().size());
    }

    @Test // OP-34
    void name_alone_founds_a_cluster_of_its_own() throws Exception {
        assertEquals("a", InitialCluster.of(config("--name=a")).founded().self().getName());
        assertEquals("a.etcd", config("--name=a").dataDir().toString());
    }

    @ParameterizedTest // OP-33
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "--name=b --initial-cluster=a=http://localhost:2380|couldn't find local name \"b\" in the initial cluster configuration",
                "--initial-cluster=|initial cluster unset and no discovery endpoints found",
                "--initial-cluster=default=http://127.0.0.1:1,default=http://127.0.0.1:1|initial cluster default=http://127.0.0.1:1,default=http://127.0.0.1:1 has duplicate url",
                "--initial-cluster=default=http://127.0.0.1:1|--initial-cluster has default=http://127.0.0.1:1 but missing from --initial-advertise-peer-urls=http://localhost:2380",
                "--initial-cluster=default=http://127.0.0.1:1 --initial-advertise-peer-urls=http://127.0.0.1:1,http://127.0.0.1:2|--initial-advertise-peer-urls has http://127.0.0.1:1,http://127.0.0.1:2 but missing from --initial-cluster=default=http://127.0.0.1:1",
            })
    void no_cluster_to_begin_with(String args, String text) {
        assertEquals(
                text,
                assertThrows(ConfigException.class, () -> InitialCluster.of(config(args)))
                        .getMessage());
    }

    @Test // OP-33 (b): names are compared by address
    void localhost_is_its_address() {
        assertDoesNotThrow(() -> InitialCluster.of(config("--initial-cluster=default=http://127.0.0.1:2380")));
    }

    @ParameterizedTest // OP-93
    @CsvSource({"periodic,1,PT1H", "periodic,30m,PT30M"})
    void periodic_retention(String mode, String retention, Duration expected) throws Exception {
        var config = config("--auto-compaction-mode=" + mode + " --auto-compaction-retention=" + retention);
        assertEquals(new AutoCompaction.Periodic(expected), config.history().autoCompaction());
    }

    @Test // OP-93
    void revision_retention_and_off() throws Exception {
        var config = config("--auto-compaction-mode=revision --auto-compaction-retention=1000");
        assertEquals(new AutoCompaction.Revisions(1000), config.history().autoCompaction());
        assertEquals(AutoCompaction.Off.INSTANCE, config("").history().autoCompaction());
    }

    @Test // §2.1
    void negative_quota_is_none() throws Exception {
        assertEquals(-1, config("--quota-backend-bytes=-5").history().quotaBytes());
    }

    @Test // beyond etcd
    void disk_reserve() throws Exception {
        assertEquals(256 << 20, config("").history().diskReserveBytes());
        assertEquals(1 << 20, config("--disk-reserve-bytes=1048576").history().diskReserveBytes());
        assertEquals(0, config("--disk-reserve-bytes=0").history().diskReserveBytes());
        var refused = assertThrows(UsageException.class, () -> config("--disk-reserve-bytes=-1"));
        assertEquals("invalid value \"-1\" for flag -disk-reserve-bytes: parse error", refused.getMessage());
    }
}
