package io.actd.node.flag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spec OP-7. */
class ConfigFileTest {
    @TempDir
    Path dir;

    private Settings read(String yaml) throws Exception {
        return ConfigFile.read(FlagTable.load(), Files.writeString(dir.resolve("etcd.yaml"), yaml));
    }

    private String refusal(String yaml) {
        return String.valueOf(
                assertThrows(ConfigException.class, () -> read(yaml)).getMessage());
    }

    @Test
    void keys_are_flag_names_and_lists_are_lists() throws Exception {
        var settings = read("""
                name: n1
                heartbeat-interval: 200
                pre-vote: false
                listen-client-urls: http://127.0.0.1:1,http://127.0.0.1:2
                log-outputs: [stderr, /tmp/x.log]
                no-such-key: 7
                """);
        assertEquals("n1", settings.text("name"));
        assertEquals(200, settings.number("heartbeat-interval"));
        assertEquals(false, settings.bool("pre-vote"));
        assertEquals(2, settings.urls("listen-client-urls").size());
        assertEquals(List.of("stderr", "/tmp/x.log"), settings.list("log-outputs"));
    }

    @Test
    void json_is_yaml() throws Exception {
        assertEquals("n1", read("{\"name\": \"n1\", \"max-wals\": 7}").text("name"));
    }

    @Test // OP-7.3
    void maps_stand_for_groups_of_flags() throws Exception {
        var settings = read("""
                client-transport-security: {cert-file: c, client-cert-auth: true, allowed-hostname: [a, b]}
                peer-transport-security: {cert-file: p, allowed-cn: [x], skip-client-san-verification: true}
                socket-options: {reuse-port: true}
                discovery-config: {token: t, client: {endpoints: [e1, e2], auth: {username: u}}}
                """);
        assertEquals("c", settings.text("cert-file"));
        assertTrue(settings.bool("client-cert-auth"));
        assertEquals("a,b", settings.text("client-cert-allowed-hostname"));
        assertEquals("p", settings.text("peer-cert-file"));
        assertEquals("x", settings.text("peer-cert-allowed-cn"));
        assertTrue(settings.bool("socket-reuse-port"));
        assertEquals(List.of("e1", "e2"), settings.list("discovery-endpoints"));
        assertEquals("u", settings.text("discovery-user"));
    }

    @Test // OP-7.4
    void durations_are_nanoseconds_or_go_durations() throws Exception {
        assertEquals(
                Duration.ofSeconds(5),
                read("grpc-keepalive-interval: 5000000000").duration("grpc-keepalive-interval"));
        assertEquals(
                Duration.ofMinutes(10), read("grpc-keepalive-interval: 10m").duration("grpc-keepalive-interval"));
    }

    @Test // OP-7.5
    void retention_must_be_quoted() throws Exception {
        assertEquals("1", read("auto-compaction-retention: \"1\"").text("auto-compaction-retention"));
        assertTrue(
                refusal("auto-compaction-retention: 1").contains("auto-compaction-retention must be a quoted string"));
    }

    @Test // V6
    void unknown_cluster_state() {
        assertEquals("unexpected clusterState \"foo\"", refusal("initial-cluster-state: foo"));
    }

    @Test
    void missing_file_and_no_map() {
        var missing = assertThrows(ConfigException.class, () -> ConfigFile.read(FlagTable.load(), dir.resolve("none")));
        assertTrue(String.valueOf(missing.getMessage()).endsWith("no such file or directory"));
        assertTrue(refusal("- a").contains("a map of settings is expected"));
        assertTrue(refusal("name: [").startsWith("config file "));
    }
}
