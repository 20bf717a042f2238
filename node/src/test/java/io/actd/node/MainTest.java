package io.actd.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.node.log.LogSettings;
import io.actd.node.log.Logging;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exit statuses and outputs of spec operations.md §1, without the end of the process. */
class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path dir;

    @AfterEach
    void reset() throws IOException {
        Logging.configure(LogSettings.DEFAULT);
    }

    private int run(String... args) {
        return run(Map.of(), args);
    }

    private int run(Map<String, String> environment, String... args) {
        return Main.run(List.of(args), environment, stream(out), stream(err));
    }

    /** With the log in a file. */
    private int logged(String... args) {
        var all = new ArrayList<>(List.of("--log-outputs=" + logFile(), "--data-dir=" + dir.resolve("data")));
        all.addAll(List.of(args));
        return run(all.toArray(String[]::new));
    }

    private Path logFile() {
        return dir.resolve("log");
    }

    private String lastLine() throws IOException {
        return Files.readAllLines(logFile()).getLast();
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    @Test
    void version_is_four_lines() {
        assertEquals(0, run("--version"));
        var lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals("etcd Version: 3.6.0", lines.get(0));
        assertEquals(4, lines.size());
        assertEquals("Git SHA: actd-0.1.0", lines.get(1));
        assertTrue(lines.get(2).startsWith("Go Version: "));
        assertTrue(lines.get(3).startsWith("Go OS/Arch: "));
    }

    @Test
    void help_is_usage_on_stderr_and_flags_on_stdout() {
        assertEquals(0, run("--help"));
        assertTrue(err.toString(StandardCharsets.UTF_8).startsWith("Usage:"));
        var flags = out.toString(StandardCharsets.UTF_8);
        assertTrue(flags.contains("Member:\n") && flags.contains("  --data-dir string"), flags);
        assertEquals(0, run("-h"));
    }

    @Test
    void unknown_flag_and_bad_value_end_with_2_and_usage() {
        assertEquals(2, run("--foo"));
        assertTrue(err.toString(StandardCharsets.UTF_8).startsWith("flag provided but not defined: -foo\nUsage:"));
        assertEquals(2, run("--heartbeat-interval=x"));
    }

    @Test // V17
    void unknown_log_level_ends_with_2() {
        assertEquals(2, run("--log-level=foo"));
        assertTrue(err.toString(StandardCharsets.UTF_8).startsWith("unrecognized level: \"foo\""));
    }

    @Test
    void stray_word_and_other_programs_end_with_1() {
        assertEquals(1, run("word"));
        assertEquals(1, run("gateway", "start"));
    }

    @Test // §1: level warn, field error
    void bad_configuration_ends_with_1_and_a_line() throws IOException {
        assertEquals(1, logged("--election-timeout=400"));
        var line = lastLine();
        assertTrue(line.startsWith("{\"level\":\"warn\""), line);
        assertTrue(line.contains("\"msg\":\"failed to verify flags\",\"error\":\"--election-timeout[400ms]"), line);
    }

    @Test // OP-5
    void shadowed_variable_ends_with_1() {
        assertEquals(1, run(Map.of("ETCD_NAME", "a"), "--name=b"));
    }

    @Test // OP-7: the file replaces the flags, bad ones included
    void config_file_replaces_flags_and_environment() throws IOException {
        var file = Files.writeString(dir.resolve("c.yaml"), """
                log-outputs: [%s]
                heartbeat-interval: 0
                """.formatted(logFile()));
        var status = run(Map.of("ETCD_NAME", "b"), "--config-file=" + file, "--name=a", "--election-timeout=1");
        assertEquals(1, status);
        assertTrue(lastLine().contains("--heartbeat-interval must be >0"));
    }

    @Test // OP-30: before the data directory is touched
    void port_in_use_ends_with_1() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var url = "http://127.0.0.1:" + taken.getLocalPort();
            assertEquals(
                    1,
                    logged(
                            "--listen-client-urls=" + url,
                            "--advertise-client-urls=" + url,
                            "--listen-peer-urls=http://127.0.0.1:0"));
            assertTrue(lastLine().startsWith("{\"level\":\"fatal\""), lastLine());
            assertTrue(
                    lastLine()
                            .contains("\"error\":\"listen tcp 127.0.0.1:" + taken.getLocalPort()
                                    + ": bind: address already in use\""),
                    lastLine());
            assertTrue(Files.notExists(dir.resolve("data")));
        }
    }

    @Test // OP-23
    void proxy_directory_stops_the_start() throws IOException {
        Files.createDirectories(dir.resolve("data").resolve("proxy"));
        assertEquals(
                1,
                logged(
                        "--listen-client-urls=http://127.0.0.1:0",
                        "--advertise-client-urls=http://127.0.0.1:0",
                        "--listen-peer-urls=http://127.0.0.1:0"));
        assertTrue(lastLine().contains("\"level\":\"fatal\"") && lastLine().contains("proxy"), lastLine());
    }
}
