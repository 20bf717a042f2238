package io.actd.node.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Spec OP-83 to OP-88: what stands in the log, read back from a file. */
class LogLineTest {
    private static final Logger log = LoggerFactory.getLogger(LogLineTest.class);

    @TempDir
    Path dir;

    private Path to(String level, boolean console) throws IOException {
        var file = dir.resolve("actd.log");
        Logging.configure(new LogSettings(level, console, List.of(file.toString()), Optional.empty()));
        return file;
    }

    @AfterEach
    void reset() throws IOException {
        Logging.configure(LogSettings.DEFAULT);
    }

    @Test // OP-83
    void every_line_has_level_ts_caller_msg_in_this_order() throws IOException {
        var file = to("info", false);
        log.info("plain \"text\"\n");
        var line = Files.readString(file);
        assertTrue(
                line.matches(
                        "\\{\"level\":\"info\",\"ts\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}(Z|[+-]\\d{4})\","
                                + "\"caller\":\"log/LogLineTest\\.java:\\d+\",\"msg\":\"plain \\\\\"text\\\\\"\\\\n\"\\}\n"),
                line);
    }

    @Test // OP-85
    void fields_follow_in_order() throws IOException {
        var file = to("info", false);
        log.atWarn()
                .addKeyValue("took", Duration.ofNanos(1_135_796))
                .addKeyValue("urls", List.of("a", "b"))
                .addKeyValue("n", 5L)
                .addKeyValue("on", true)
                .addKeyValue("error", new IllegalStateException("bad"))
                .log("m");
        assertTrue(
                Files.readString(file)
                        .endsWith(
                                ",\"msg\":\"m\",\"took\":\"1.135796ms\",\"urls\":[\"a\",\"b\"],\"n\":5,\"on\":true,\"error\":\"bad\"}\n"));
    }

    @Test // OP-83
    void errors_have_error_and_stacktrace_and_fatal_is_a_level() throws IOException {
        var file = to("info", false);
        log.atError()
                .addMarker(Levels.FATAL)
                .setCause(new IllegalStateException("bad"))
                .log("m");
        var line = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        assertEquals("fatal", line.get("level").getAsString());
        assertEquals("bad", line.get("error").getAsString());
        assertTrue(line.get("stacktrace").getAsString().contains("LogLineTest"));
    }

    @Test // OP-84
    void console_is_tab_separated() throws IOException {
        var file = to("info", true);
        log.atInfo().addKeyValue("a", 1).log("m");
        var cells = Files.readString(file).strip().split("\t");
        assertEquals("info", cells[1]);
        assertTrue(cells[2].startsWith("log/LogLineTest.java:"));
        assertEquals("m", cells[3]);
        assertEquals("{\"a\": 1}", cells[4]);
    }

    @Test
    void threshold_holds() throws IOException {
        var file = to("fatal", false);
        log.error("not fatal");
        assertEquals("", Files.readString(file));
        Logging.configure(new LogSettings("debug", false, List.of(file.toString()), Optional.empty()));
        log.debug("seen");
        assertTrue(Files.readString(file).contains("\"level\":\"debug\""));
    }

    @Test
    void pekko_isHeardOnlyWhenSomethingIsWrong_itsStreamsOnlyIfTheyFail() throws IOException {
        var file = to("info", false);
        var pekko = LoggerFactory.getLogger("org.apache.pekko.remote.artery.Association");
        var streams = LoggerFactory.getLogger("org.apache.pekko.stream.Materializer");
        pekko.info("pekko info");
        pekko.warn("pekko warn");
        streams.warn("stream warn");
        streams.error("stream error");
        var text = Files.readString(file);
        assertEquals(2, text.lines().count(), text);
        assertTrue(text.contains("pekko warn") && text.contains("stream error"), text);
    }

    @Test // OP-86
    void a_flood_of_one_text_is_sampled() throws IOException {
        var file = to("info", false);
        for (var i = 0; i < 1000; i++) log.info("flood");
        var lines = Files.readAllLines(file).size();
        // A second may end in between: then it starts anew.
        assertTrue(lines >= 100 && lines <= 400, lines + " lines");
    }

    @Test // OP-87
    void file_is_rotated_by_size_and_old_ones_go() throws IOException {
        var file = dir.resolve("actd.log");
        var rotation = new LogSettings.Rotation(1, 0, 2, false, true);
        try (var out = new RotatingFile(file, rotation)) {
            var line = new byte[400_000];
            for (var i = 0; i < 9; i++) {
                out.write(line, 0, line.length);
                awaitNextMilli();
            }
        }
        try (var files = Files.list(dir)) {
            var names = files.map(p -> p.getFileName().toString()).sorted().toList();
            assertEquals(3, names.size(), names.toString());
            assertTrue(names.getFirst().matches("actd-.*\\.log\\.gz"), names.toString());
            assertTrue(Files.size(file) <= 1 << 20);
        }
    }

    @Test // OP-88
    void dev_null_discards_everything() throws IOException {
        var file = dir.resolve("actd.log");
        Logging.configure(new LogSettings("info", false, List.of(file.toString(), "/dev/null"), Optional.empty()));
        log.info("unseen");
        assertFalse(Files.exists(file));
    }

    /** Backups are named by the millisecond. */
    private static void awaitNextMilli() {
        var now = System.currentTimeMillis();
        while (System.currentTimeMillis() == now) Thread.onSpinWait();
    }
}
