package io.actd.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class SmokeTest {
    @Test
    void loneVoter_campaigns_leadsAndCommits() {
        var group = Group.of(1).elect(1).propose(1, "a", "b");
        assertEquals(Effect.RoleName.LEADER, group.raft(1).role());
        assertEquals(List.of("a", "b"), group.words(1));
    }

    @Test
    void threeVoters_proposalAtFollower_appliedByAll() {
        var group = Group.of(1, 2, 3).elect(1).propose(2, "a", "b");
        group.tickAll(1);
        for (long id = 1; id <= 3; id++) {
            assertEquals(List.of("a", "b"), group.words(id));
        }
    }

    @Test
    void peerBehindLogStart_catchesUpBySnapshot() {
        var group = Group.of(1, 2, 3).elect(1);
        group.isolate(3);
        group.propose(1, "a").propose(1, "b");
        group.node(1).compact(0);
        group.settle().heal();
        group.tickAll(3);
        assertEquals(List.of("a", "b"), group.words(3));
    }
}
