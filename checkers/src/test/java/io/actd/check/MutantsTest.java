package io.actd.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.check.History.Rule;
import io.actd.check.History.Violation;
import io.actd.check.WglChecker.Verdict;
import io.actd.protocol.api.WatchResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Who judges the judges: each checker accepts every correct history and catches every lie. That a mutated history really
 * is wrong is shown each time by other means than the checker's: by a search that finds no order, or by looking at what
 * the lie broke in the plainest way.
 */
class MutantsTest {
    private static final int WINDOWS = Integer.getInteger("actd.windows", 2_000);
    private static final int MUTATED_WINDOWS = WINDOWS / 8;
    private static final int LONG_HISTORIES = WINDOWS / 20;
    private static final int MINIMUM_OF_A_KIND = 12;
    private static final int LEASES = WINDOWS / 10;
    private static final int HASHES = WINDOWS / 3;
    private static final int SEARCHES = WINDOWS * 2 / 5;
    private static final int MINIMUM_OF_A_CHECKER = WINDOWS / 2;

    private static final Scoreboard SCOREBOARD = new Scoreboard();

    @AfterAll
    static void enoughMutantsWereCaught() {
        SCOREBOARD.write();
        assertEquals(5, SCOREBOARD.mutants().size());
        SCOREBOARD
                .mutants()
                .forEach((checker, mutants) -> assertTrue(mutants >= MINIMUM_OF_A_CHECKER, checker + " " + mutants));
    }

    /** The search and the revision order are two ways to the same judgement. */
    @Test
    void correctWindow_isAcceptedByBothCheckers() {
        for (long seed = 0; seed < WINDOWS; seed++) {
            History history = SimulatedHistory.window(seed);
            assertEquals(List.of(), RevisionOrderChecker.check(history), "seed " + seed);
            assertEquals(Verdict.LINEARIZABLE, LogModel.judge(history), "seed " + seed);
            assertEquals(List.of(), WindowSearch.check(history, 1).failures(), "seed " + seed);
            SCOREBOARD.window();
        }
    }

    /** For some a lie makes another truth: then the search finds an order, and the checker has to accept it, too. */
    @ParameterizedTest
    @EnumSource
    void mutatedWindow_isCaught(Mutation mutation) {
        int wrong = 0;
        for (long seed = 0; seed < MUTATED_WINDOWS; seed++) {
            Optional<History> mutant = mutation.apply(SimulatedHistory.window(seed), new SplittableRandom(seed));
            if (mutant.isEmpty()) continue;
            Verdict verdict = LogModel.judge(mutant.get());
            if (verdict == Verdict.NOT_LINEARIZABLE) wrong++;
            boolean searchFails =
                    !WindowSearch.check(mutant.get(), 1).failures().isEmpty();
            assertTrue(verdict == Verdict.NOT_LINEARIZABLE || !searchFails, mutation + " of seed " + seed);
            boolean caught = !RevisionOrderChecker.check(mutant.get()).isEmpty();
            assertEquals(
                    verdict,
                    caught ? Verdict.NOT_LINEARIZABLE : Verdict.LINEARIZABLE,
                    mutation + " of seed " + seed + ": " + mutant.get());
        }
        caught("revision order", wrong, mutation);
    }

    /** Lies that no order explains, and that show without a look at revisions; each is in one window of many. */
    @ParameterizedTest
    @EnumSource(names = {"CHANGE_READ_ANSWER", "TELL_THE_OTHER_BRANCH"})
    void mutatedLongHistory_isFoundByTheSearch(Mutation mutation) {
        int wrong = 0;
        for (long seed = 0; seed < SEARCHES; seed++) {
            Optional<History> mutant = mutation.apply(SimulatedHistory.of(seed), new SplittableRandom(seed));
            if (mutant.isEmpty()) continue;
            wrong++;
            assertEquals(1, WindowSearch.check(mutant.get(), 10).failures().size(), mutation + " of seed " + seed);
        }
        caught("window search", wrong, mutation);
    }

    @Test
    void longHistory_isAccepted() {
        for (long seed = 0; seed < LONG_HISTORIES; seed++) {
            History history = SimulatedHistory.of(seed);
            assertEquals(List.of(), RevisionOrderChecker.check(history), "seed " + seed);
            WindowSearch.Result search = WindowSearch.check(history, 10);
            assertEquals(List.of(), search.failures(), "seed " + seed);
        }
    }

    /** What a search cannot see: a member that goes back for one who asks it for what it has. */
    @Test
    void memberThatGoesBack_isCaught() {
        int wrong = 0;
        for (long seed = 0; seed < LONG_HISTORIES; seed++) {
            History history = SimulatedHistory.of(seed);
            List<Operation> reads = history.operations().stream()
                    .filter(operation -> operation.client() == SimulatedHistory.READER
                            && operation.server().equals("m1"))
                    .toList();
            if (reads.size() < 2) continue;
            Operation first = reads.get(0);
            Operation last = reads.get(reads.size() - 1);
            if (Histories.revision(first) == Histories.revision(last)) continue;
            History mutant = Histories.withOperation(
                    history,
                    history.operations().indexOf(last),
                    last.withResponse(SimulatedHistory.upTo(history.log(), Histories.revision(first) - 1)
                            .evaluate(last.request())
                            .response()));
            if (Histories.revision(first) < 2) continue;
            wrong++;
            assertRule(Rule.SESSION_NOT_BACK, RevisionOrderChecker.check(mutant), "seed " + seed);
        }
        caught("revision order", wrong, "a member that goes back");
    }

    @ParameterizedTest
    @EnumSource
    void brokenWatch_isCaughtByTheNameOfItsPromise(WatchMutation mutation) {
        int wrong = 0;
        for (long seed = 0; seed < LONG_HISTORIES; seed++) {
            History history = SimulatedHistory.of(seed);
            int which = (int) seed % history.watches().size();
            Optional<List<WatchResponse>> answers =
                    mutation.apply(history.watches().get(which), history.log(), new SplittableRandom(seed));
            if (answers.isEmpty()) continue;
            History mutant = Histories.withWatch(history, which, answers.get());
            if (!mutation.isBroken(mutant.watches().get(0), history.log())) continue;
            wrong++;
            assertRule(mutation.rule(), RevisionOrderChecker.check(mutant), mutation + " of seed " + seed);
        }
        caught("watch", wrong, mutation);
    }

    @Test
    void compactedHistory_isAccepted() {
        for (long seed = 0; seed < LONG_HISTORIES; seed++) {
            assertEquals(List.of(), RevisionOrderChecker.check(SimulatedHistory.compacted(seed)), "seed " + seed);
        }
    }

    @ParameterizedTest
    @EnumSource
    void untimelyLie_isCaughtByTheNameOfItsPromise(UntimelyMutation mutation) {
        int wrong = 0;
        for (long seed = 0; seed < LONG_HISTORIES; seed++) {
            Optional<History> mutant = mutation.apply(SimulatedHistory.compacted(seed), new SplittableRandom(seed));
            if (mutant.isEmpty()) continue;
            wrong++;
            assertRule(mutation.rule(), RevisionOrderChecker.check(mutant.get()), mutation + " of seed " + seed);
        }
        caught("revision order", wrong, mutation);
    }

    @Test
    void correctLeases_areAccepted() {
        for (long seed = 0; seed < LEASES * SimulatedLeases.Flaw.values().length; seed++) {
            SimulatedLeases.Seen seen = SimulatedLeases.correct(seed);
            assertEquals(List.of(), judge(seen), "seed " + seed);
        }
    }

    /** The flaw is put in on purpose, with a margin: it is wrong by construction. */
    @ParameterizedTest
    @EnumSource
    void flawedLease_isCaughtByTheNameOfItsPromise(SimulatedLeases.Flaw flaw) {
        for (long seed = 0; seed < LEASES; seed++) {
            List<Violation> violations = judge(SimulatedLeases.flawed(seed, flaw));
            assertRule(flaw.rule(), violations, flaw + " of seed " + seed);
        }
        caught("lease", LEASES, flaw);
    }

    /** A hash must tell any two states apart; that of a changed log is another one. */
    @Test
    void hashOfAChangedState_isAnother() {
        int wrong = 0;
        for (long seed = 0; seed < HASHES; seed++) {
            History history = SimulatedHistory.of(seed);
            long last = Histories.lastRevision(history);
            int hash = KvHash.of(SimulatedHistory.upTo(history.log(), last), -1);
            for (Mutation mutation : List.of(Mutation.CHANGE_EVENT_VALUE, Mutation.APPLY_HALF_OF_A_WRITE)) {
                Optional<History> mutant = mutation.apply(history, new SplittableRandom(seed));
                if (mutant.isEmpty()) continue;
                wrong++;
                int other = KvHash.of(SimulatedHistory.upTo(mutant.get().log(), last), -1);
                assertFalse(hash == other, mutation + " of seed " + seed);
            }
        }
        caught("hash", wrong, "hash");
    }

    private static List<Violation> judge(SimulatedLeases.Seen seen) {
        List<Violation> violations = new ArrayList<>(LeaseChecker.check(seen.history(), seen.stories(), 1));
        violations.addAll(LatenessChecker.check(
                        seen.history(),
                        seen.stories(),
                        Duration.ofNanos(SimulatedLeases.ELECTION_NANOS),
                        Duration.ofNanos(SimulatedLeases.GRACE_NANOS),
                        SimulatedLeases.END_NANOS)
                .violations());
        return violations;
    }

    private static void assertRule(Rule rule, List<Violation> violations, String of) {
        List<Rule> broken = new ArrayList<>();
        violations.forEach(violation -> broken.add(violation.rule()));
        assertTrue(broken.contains(rule), rule + " expected for " + of + ": " + violations);
    }

    private static void caught(String checker, int mutants, Object kind) {
        assertTrue(mutants >= MINIMUM_OF_A_KIND, kind + " made only " + mutants);
        SCOREBOARD.caught(checker, mutants);
    }
}
