package io.actd.simulation.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final Set<String> ALL = Set.of("AIT", "BIT", "CIT", "DIT", "EIT");

    private final Rounds rounds = new Rounds(List.copyOf(ALL), 70);

    @Test
    void timeForNotEvenOneStory_noRound() {
        assertEquals(Optional.empty(), rounds.next(40));
    }

    @Test
    void littleTime_someStories_andTheOthersInTheNextRound() {
        var dealt = new ArrayList<String>();
        for (long seed = 70; dealt.size() < ALL.size(); seed++) {
            var round = rounds.next(60).orElseThrow();
            assertEquals(new Round(seed, round.stories(), 1), round);
            assertEquals(1, round.stories().size());
            dealt.addAll(round.stories());
        }
        assertEquals(ALL, new TreeSet<>(dealt));
    }

    @Test
    void muchTime_allStories_longerFromRoundToRound() {
        for (int scale = 1; scale <= 3; scale++) {
            var round = rounds.next(10_000).orElseThrow();
            assertEquals(ALL, Set.copyOf(round.stories()));
            assertEquals(scale, round.scale());
        }
    }

    @Test
    void slowStories_fewerAreDealt() {
        var first = rounds.next(200).orElseThrow();
        assertEquals(5, first.stories().size());
        rounds.took(first, 30 + 5 * 60);
        var second = rounds.next(30 + 2 * 60).orElseThrow();
        assertEquals(2, second.stories().size() * second.scale());
    }

    @Test
    void commandOfAStory_hasItsSeedAndScale() {
        var round = new Round(7, List.of("AIT", Round.FAILOVER, "BIT"), 2);
        var commands = round.commands(Path.of("/logs"));
        assertTrue(
                commands.get(0)
                        .containsAll(List.of(
                                "-Dit.test=AIT,BIT",
                                "-Dstories.seed=7",
                                "-Dstories.scale=2",
                                "-Dstories.grace=1000",
                                "-Dkept.logs=" + Path.of("/logs").toAbsolutePath())),
                commands.toString());
        assertEquals(List.of("multi-jvm-tests/failover", "--kills", "8", "--transfers", "0"), commands.get(1));
        assertTrue(round.again("BIT").contains("-Dit.test=BIT -Dstories.seed=7 -Dstories.scale=2"), round.again("BIT"));
    }
}
