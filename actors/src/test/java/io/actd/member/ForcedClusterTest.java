package io.actd.member;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.apply.ConfChanges;
import io.actd.apply.StateMachine;
import io.actd.backend.BufferedBackend;
import io.actd.backend.MemoryBackend;
import io.actd.protocol.api.Member;
import io.actd.protocol.api.ResponseHeader;
import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.Membership;
import io.actd.raft.Payload;
import io.actd.raft.SnapshotMark;
import io.actd.wal.WalMetadata;
import io.actd.wal.WalRecovery;
import io.actd.world.Clock;
import io.actd.world.Failpoints;
import io.actd.world.SystemDisk;
import io.actd.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Spec OP-52, faults M6: one voter, no learner, whatever was under way. */
class ForcedClusterTest {
    private static final long TERM = 4;

    private final World world = new World(Clock.system(), new SystemDisk(), new Random(1), new Failpoints());
    private final StateMachine state = StateMachine.open(
            new BufferedBackend(new MemoryBackend(), world.failpoints()),
            world,
            new StateMachine.Options(1, 9, 0, 2),
            revision -> ResponseHeader.getDefaultInstance());
    private final List<Entry> log = new ArrayList<>();

    private void change(byte[] change) {
        log.add(new Entry(TERM, log.size() + 1, Entry.Type.CONF_CHANGE, Payload.of(change)));
    }

    private void add(long id, boolean learner) {
        change(ConfChanges.add(
                0,
                Member.newBuilder()
                        .setID(id)
                        .addPeerURLs("http://127.0.0.1:" + id)
                        .setIsLearner(learner)
                        .build()));
    }

    private ForcedCluster forced(long self, long committed) {
        return ForcedCluster.of(
                self,
                new WalRecovery(new WalMetadata(self, 9), new HardState(TERM, 2, committed), SnapshotMark.NONE, log),
                state);
    }

    /** Who takes part when all of the log that is left is applied. */
    private Membership after(ForcedCluster forced) {
        long kept = forced.hardState().commitIndex() - forced.changes().size();
        log.stream().limit(kept).skip(state.appliedIndex()).forEach(state::apply);
        forced.changes().forEach(state::apply);
        return state.membership();
    }

    private static Membership only(long self) {
        return Membership.of(Set.of(self), Set.of());
    }

    @Test
    void othersAreRemoved_votersAndLearners() {
        add(1, false);
        add(2, false);
        add(3, false);
        add(4, true);
        log.forEach(state::apply);
        var forced = forced(1, 4);
        assertEquals(3, forced.changes().size());
        assertEquals(new HardState(TERM, 0, 7), forced.hardState());
        assertEquals(only(1), after(forced));
    }

    @Test
    void whatIsNotCommitted_isThrownAway() {
        add(1, false);
        add(2, false);
        log.forEach(state::apply);
        add(3, false);
        add(5, false);
        var forced = forced(1, 2);
        assertEquals(2, forced.discarded());
        assertEquals(3, forced.changes().getFirst().index());
        assertEquals(only(1), after(forced));
    }

    @Test
    void committedButNotApplied_counts() {
        add(1, false);
        log.forEach(state::apply);
        add(2, false);
        add(3, true);
        assertEquals(only(1), after(forced(1, 3)));
    }

    @Test
    void learner_becomesTheVoter() {
        add(2, false);
        add(1, true);
        log.forEach(state::apply);
        assertEquals(only(1), after(forced(1, 2)));
    }

    @Test
    void alone_changesNothing() {
        add(1, false);
        log.forEach(state::apply);
        assertEquals(List.of(), forced(1, 1).changes());
    }
}
