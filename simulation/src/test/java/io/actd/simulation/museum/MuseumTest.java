package io.actd.simulation.museum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The old bugs still fit the product as it is, and the quickest of them are caught in each check; {@code ./museum}. */
class MuseumTest {
    private static final Path ROOT =
            Path.of("").toAbsolutePath().resolveSibling(".").normalize();

    @TempDir
    Path scratch;

    static List<Mutant> mutants() {
        return Mutant.all(ROOT.resolve(Museum.MUTANTS));
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void mutant_stillFits(Mutant mutant) throws IOException {
        assertFalse(mutant.scenario().isEmpty(), mutant.name());
        assertFalse(mutant.what().isEmpty(), mutant.name());
        for (var changed : mutant.applyTo(ROOT).entrySet())
            assertNotEquals(Files.readString(ROOT.resolve(changed.getKey())), changed.getValue(), mutant.name());
    }

    /** Everything in the museum stands in the track record with what catches it. */
    @Test
    void trackRecord_hasThemAll() throws IOException {
        var record = Files.readString(ROOT.resolve("docs/track-record.md"));
        for (var mutant : mutants()) assertTrue(record.contains("| " + mutant.name() + " |"), mutant.name());
    }

    /** A healthy simulation that sees nothing would say the same of a blind one. */
    @ParameterizedTest
    @ValueSource(strings = {"raft-two-votes-a-term", "read-by-own-commit-index", "read-before-its-index-is-applied"})
    void quickMutant_isCaught(String name) {
        assertTrue(show(name, 20).caught(), "./museum --seeds 20 " + name);
    }

    @Test
    void mutantThatNoSeedShows_isCaughtByItsTest() {
        var finding = show("R1-old-heartbeat-confirms-read", 0);
        assertTrue(finding.by().startsWith("SnapshotAndReadRulesTest."), finding.by());
    }

    private Museum.Finding show(String name, long seeds) {
        var mutant = mutants().stream().filter(one -> one.name().equals(name)).toList();
        assertEquals(1, mutant.size(), name);
        return new Museum(ROOT, scratch, Duration.ofMinutes(2)).show(mutant.getFirst(), seeds);
    }
}
