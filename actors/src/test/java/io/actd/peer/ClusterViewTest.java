package io.actd.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Pekko's cluster shows of three members, and what it may never do. */
class ClusterViewTest {
    private ArteryMember one = ArteryMember.start(1);
    private ArteryMember two = ArteryMember.start(2);
    private ArteryMember three = ArteryMember.start(3);

    @AfterEach
    void close() {
        for (var member : List.of(one, two, three)) member.close();
    }

    @Test
    void memberThatEnds_isUnreachableUntilItsNextLifeHasJoined() {
        ArteryMember.meet(one, two, three);
        for (var member : List.of(one, two, three)) awaitAllReachable(member);

        three.close();
        one.await(() -> !one.sight().reaches(3) && one.lost.contains(3L));
        assertEquals("Up", state(one, 3), "nobody is downed for being unreachable");
        two.await(() -> !two.sight().reaches(3));

        three = three.restart();
        ArteryMember.meet(one, two, three);
        for (var member : List.of(one, two, three)) awaitAllReachable(member);
    }

    @Test
    void memberRemovedAndGone_doesNotKeepOthersFromComingBack() {
        ArteryMember.meet(one, two, three);
        awaitAllReachable(one);
        three.close();
        one.await(() -> !one.sight().reaches(3));
        ArteryMember.meet(one, two);

        two = two.restart();
        ArteryMember.meet(one, two);
        one.await(() -> one.sight().reaches(2));
        two.await(() -> two.sight().reaches(1));
        assertEquals(1, one.sight().peers().size());
    }

    @Test
    void quarantinedMember_isToldToEnd() throws Exception {
        ArteryMember.meet(one, two);
        one.await(() -> one.sight().reaches(2) && two.sight().reaches(1));
        assertFalse(two.quarantined.isDone());
        var address = PeerUrl.parse(two.address().peerUrls().get(0)).address("actd");
        Cluster.get(one.system).manager().tell(new Down(address));
        two.quarantined.get(10, TimeUnit.SECONDS);
    }

    private static void awaitAllReachable(ArteryMember member) {
        member.await(() -> member.sight().joined()
                && member.sight().peers().size() == 2
                && member.sight().peers().stream().allMatch(ClusterSight.Peer::reachable));
    }

    private static String state(ArteryMember member, long peer) {
        return member.sight().peers().stream()
                .filter(seen -> seen.memberId() == peer)
                .findFirst()
                .orElseThrow()
                .state();
    }
}
