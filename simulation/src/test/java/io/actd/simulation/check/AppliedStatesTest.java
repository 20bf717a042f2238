package io.actd.simulation.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.simulation.check.AppliedStates.State;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Members that differ are seen at the index, or the revision, at which they do. */
class AppliedStatesTest {
    private static final int SEEDS = 200;
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

    private enum Flaw {
        TERM,
        REVISION,
        COMPACTED_REVISION,
        TABLES,
        CHANGES
    }

    /** What a member has at an index if all is well. */
    private static State right(long index) {
        return new State(1 + index / 9, 1 + index / 2, index / 5, (int) (index * 31));
    }

    private static State wrong(long index, Flaw flaw) {
        var right = right(index);
        return switch (flaw) {
            case TERM -> new State(right.term() + 1, right.revision(), right.compactedRevision(), right.tables());
            case REVISION -> new State(right.term(), right.revision() - 1, right.compactedRevision(), right.tables());
            case COMPACTED_REVISION ->
                new State(right.term(), right.revision(), right.compactedRevision() + 1, right.tables());
            case TABLES -> new State(right.term(), right.revision(), right.compactedRevision(), right.tables() ^ 1);
            case CHANGES -> right;
        };
    }

    /** Three members apply the same, each in jumps of its own, and are looked at where they land; one lands wrongly. */
    @ParameterizedTest
    @EnumSource
    void oneFlawSomewhere_isSeen_andNothingElse(Flaw flaw) {
        for (long seed = 0; seed < SEEDS; seed++) {
            violations.clear();
            var random = new SplittableRandom(seed);
            var judge = new AppliedStates(List.of(), violations::add);
            var landed = new ArrayList<Long>();
            for (int member = 1; member <= 3; member++) {
                for (long index = 1; index < 100; index += 1 + random.nextInt(3)) {
                    judge.reached("m" + member, index, right(index));
                    judge.changed("m" + member, right(index).revision(), (int) index / 2);
                    landed.add(index);
                }
            }
            assertEquals(List.of(), violations, "seed " + seed);
            long index = landed.get(random.nextInt(landed.size()));
            judge.reached("m1", index, wrong(index, flaw));
            if (flaw == Flaw.CHANGES) judge.changed("m1", right(index).revision(), -1);
            assertEquals(1, violations.size(), flaw + " of seed " + seed);
        }
    }

    @Test
    void changesThatDiffer_areSeen() {
        states.changed("m1", 11, 123_456);
        states.changed("m2", 11, 123_457);
        assertEquals(List.of("STATE_MACHINE_SAFETY revision 11 of m2 is not that of m1"), violations);
    }
}
