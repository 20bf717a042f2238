package io.actd.simulation.museum;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.simulation.museum.Museum.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;

class MuseumRecordTest {
    private static final String TABLE = """
            | mutant | scenario | what goes wrong | caught by | simulation | seeds needed |
            |---|---|---|---|---|--:|
            | old | D1 | It costs $1. | not tried yet | cluster of 3 | – |
            | old-too | D1 | As above. | not tried yet | cluster of 3 | – |
            """;

    private static Mutant mutant(String name) {
        return mutant(name, "");
    }

    private static Mutant mutant(String name, String played) {
        return new Mutant(
                name, "D1", "It costs $1.", Mutant.World.CLUSTER, 3, played, "not in 9 s", "some.OldTest", List.of());
    }

    @Test
    void row_takesThePlaceOfTheOneOfItsMutant() {
        var findings = List.of(new Finding(mutant("old"), 17, "NOT_STALE"));
        assertEquals(
                TABLE.replace("$1. | not tried yet | cluster of 3 | – |", "$1. | NOT_STALE | cluster of 3 | 17 |"),
                MuseumRecord.withRows(TABLE, findings));
    }

    @Test
    void caughtByATest_theRowSaysWhyNotBySimulation() {
        var row = new Finding(mutant("old"), 0, "OldTest.isCaught").row();
        assertEquals("| old | D1 | It costs $1. | `OldTest.isCaught` | cluster of 3: not in 9 s | – |", row);
    }

    @Test
    void lookedForInAScenario_theRowSaysInWhich() {
        var row = new Finding(mutant("old", "D16"), 2, "NO_LOST_WRITE").row();
        assertEquals("| old | D1 | It costs $1. | NO_LOST_WRITE | scenario D16 | 2 |", row);
    }

    @Test
    void caughtByNothing_saysSo() {
        var finding = new Finding(mutant("old"), 0, "");
        assertEquals("| old | D1 | It costs $1. | **nothing** | cluster of 3: not in 9 s | – |", finding.row());
    }
}
