package io.actd.simulation.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a project whose only command is a script that counts something, or fails. */
class RealProcessesTest {
    private static final Round ROUND = new Round(7, List.of(Round.FAILOVER), 1);
    private static final String ENTRY = """
            {"line":"20","what":"real processes","story":"failover","count":%d,"failures":%d,"seed":7,"date":"2026-11-21","commit":"abc"}
            """;

    @TempDir
    Path project;

    private Path module;
    private RealProcesses processes;

    @BeforeEach
    void makeProject() throws IOException {
        module = project.resolve("multi-jvm-tests");
        Files.createDirectories(project.resolve("docs"));
        Files.createDirectories(module.resolve("target"));
        Files.writeString(module.resolve("target/scoreboard.jsonl"), ENTRY.formatted(100, 0));
        processes = new RealProcesses(project);
    }

    private void script(String lines) throws IOException {
        var file = module.resolve("failover");
        Files.writeString(file, "#!/bin/sh\n" + lines);
        assertTrue(file.toFile().setExecutable(true));
    }

    private List<Entry> recorded() throws IOException {
        return Scoreboard.read(project.resolve("docs/track-record.jsonl"));
    }

    @Test
    void whatARoundCounted_isRecorded_andNothingFromBefore() throws IOException {
        script("cat >>multi-jvm-tests/target/scoreboard.jsonl <<E\n%sE\n"
                .formatted(ENTRY.formatted(3, 0).repeat(2)));
        assertTrue(processes.play(ROUND));
        assertEquals(List.of(new Entry("20", "real processes", 6, 0, 7, null, "2026-11-21", "abc")), recorded());
        assertFalse(Files.exists(module.resolve("target/soak/7")));
    }

    @Test
    void failedRound_isRecorded_andKeepsWhatItSaid() throws IOException {
        script("echo alas\ncat >>multi-jvm-tests/target/scoreboard.jsonl <<E\n%sE\nexit 1\n"
                .formatted(ENTRY.formatted(3, 1)));
        assertFalse(processes.play(ROUND));
        assertEquals(List.of(new Entry("20", "real processes", 3, 1, 7, null, "2026-11-21", "abc")), recorded());
        assertEquals("alas\n", Files.readString(module.resolve("target/soak/7/output.log")));
    }

    @Test
    void roundThatDiesWithoutAWord_isAFailure() throws IOException {
        script("kill -9 $$\n");
        assertFalse(processes.play(ROUND));
        assertCountedAsFailed();
    }

    @Test
    void roundWithoutEnd_isAFailure_andGoneWhenTheNextOneBegins() throws IOException {
        script("exec 2>/dev/null\ntrap 'sleep 1; echo gone; exit' TERM\nwhile true; do sleep 0.1; done\n");
        assertFalse(new RealProcesses(project, Duration.ofSeconds(5)).play(ROUND));
        assertCountedAsFailed();
        assertEquals("gone\n", Files.readString(module.resolve("target/soak/7/output.log")));
    }

    private void assertCountedAsFailed() throws IOException {
        var entry = recorded().getFirst();
        assertEquals(
                List.of(new Entry("3", "real processes", 0, 1, 7, null, entry.date(), entry.commit())), recorded());
    }

    @Test
    void reportsOfEarlierRounds_areGone() throws IOException {
        script("exit 1\n");
        var reports = Files.createDirectories(module.resolve("target/failsafe-reports"));
        var old = Files.writeString(reports.resolve("TEST-io.actd.e2e.failover.xml"), "<testsuite/>");
        var other = Files.writeString(reports.resolve("TEST-io.actd.e2e.OtherIT.xml"), "<testsuite/>");
        assertFalse(processes.play(ROUND));
        assertFalse(Files.exists(old));
        assertTrue(Files.exists(other));
    }

    @Test
    void stories_areAllThereAre() throws IOException {
        var all = new RealProcesses(Path.of("..")).stories();
        assertTrue(
                all.containsAll(List.of("CrashIT", "WalDamageIT", Round.FAILOVER, "LeaderKilledIT")), all.toString());
    }
}
