package io.actd.simulation.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreboardTest {
    private static final Entry ONE = new Entry("2", "simulated", 1_500, 0, 7, 9L, "2026-11-20", "abc");
    private static final Entry TWO = new Entry("2", "simulated", 500, 1, 10, 12L, "2026-11-21", "def");

    @TempDir
    Path project;

    private Scoreboard scoreboard() throws IOException {
        Files.createDirectories(project.resolve("docs"));
        Files.writeString(project.resolve("README.md"), """
                before
                <!-- scoreboard: written by ./scoreboard from docs/track-record.jsonl -->
                old
                <!-- end of scoreboard -->
                after
                """);
        return new Scoreboard(project);
    }

    @Test
    void readme_showsWhatTheDataFileGives() throws IOException {
        var scoreboard = new Scoreboard(Path.of(".."));
        assertEquals(scoreboard.table(), scoreboard.shown(), "run ./scoreboard");
    }

    @Test
    void entriesOfOneKind_addUp_andTheLastSaysWhen() throws IOException {
        var scoreboard = scoreboard();
        scoreboard.add(List.of(ONE));
        scoreboard.add(List.of(TWO));
        assertTrue(
                scoreboard.table().contains("simulated | 2 000 | 1 | 1 000 000 | 2026-11-21, def, seeds 10 to 12 |"),
                scoreboard.table());
    }

    @Test
    void entriesOfOneRun_becomeOne() {
        var other = new Entry("3", "simulated", 5, 0, 7, 9L, "2026-11-20", "abc");
        var both = new Entry("2", "simulated", 3_000, 0, 7, 9L, "2026-11-20", "abc");
        assertEquals(List.of(both, other, TWO), Scoreboard.merged(List.of(ONE, other, TWO, ONE)));
    }

    @Test
    void oldBugs_doNotAddUp_theLastRunSaysItAll() throws IOException {
        var scoreboard = scoreboard();
        scoreboard.add(List.of(new Entry("7", "./museum", 30, 27, 1, null, "2026-11-20", "abc")));
        scoreboard.add(List.of(new Entry("7", "./museum", 56, 1, 1, null, "2026-11-21", "def")));
        assertTrue(scoreboard.table().contains("./museum | 56 | 1 | 50 | 2026-11-21, def"), scoreboard.table());
    }

    @Test
    void lineWithoutEntries_isNotTested() throws IOException {
        assertTrue(scoreboard().table().contains("| **not tested** | |"));
    }

    @Test
    void table_goesBetweenTheComments_andNothingElseChanges() throws IOException {
        var scoreboard = scoreboard();
        scoreboard.write();
        assertEquals(scoreboard.table(), scoreboard.shown());
        var text = Files.readString(project.resolve("README.md"));
        assertTrue(text.startsWith("before\n<!--") && text.endsWith("-->\nafter\n"), text);
    }

    @Test
    void linesOfOtherTests_areRead_andOthersRefused() throws IOException {
        var file = project.resolve("some.jsonl");
        Files.writeString(file, """
                {"line":"4","what":"by hand","count":3,"failures":0,"seed":5,"date":"2026-11-21","commit":"abc"}
                """);
        assertEquals(List.of(new Entry("4", "by hand", 3, 0, 5, null, "2026-11-21", "abc")), Scoreboard.read(file));
        Files.writeString(file, "{\"line\":\"4\"}\n");
        assertThrows(RuntimeException.class, () -> Scoreboard.read(file));
    }
}
