package io.actd.simulation.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.simulation.check.AppliedStates.State;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Members that differ are seen at the index, or the revision, at which they do. */
class AppliedStatesTest {
    private static final State STATE = new State(2, 10, 5, 1);

    private final List<String> violations = new ArrayList<>();
    private final AppliedStates states = new AppliedStates(List.of(), violations::add);

    @Test
    void sameEverywhere_isRight() {
        states.reached("m1", 7, STATE);
        states.reached("m2", 7, new State(2, 10, 5, 1));
        states.reached("m2", 8, new State(2, 11, 5, 1));
        states.changed("m1", 11, 123_456);
        states.changed("m2", 11, 123_456);
        assertEquals(List.of(), violations);
    }

    @Test
    void anyPartThatDiffers_isSeen() {
        states.reached("m1", 7, STATE);
        for (var other : List.of(
                new State(3, 10, 5, 1), new State(2, 11, 5, 1), new State(2, 10, 6, 1), new State(2, 10, 5, 2))) {
            violations.clear();
            states.reached("m2", 7, other);
            assertEquals(1, violations.size(), other.toString());
            assertTrue(
                    violations.getFirst().startsWith("STATE_MACHINE_SAFETY at index 7 m2 has"), violations.getFirst());
        }
    }

    @Test
    void changesThatDiffer_areSeen() {
        states.changed("m1", 11, 123_456);
        states.changed("m2", 11, 123_457);
        assertEquals(List.of("STATE_MACHINE_SAFETY revision 11 of m2 is not that of m1"), violations);
    }
}
