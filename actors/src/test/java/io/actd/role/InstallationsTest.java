package io.actd.role;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.applier.Applier;
import io.actd.applier.ReceivedStore;
import io.actd.apply.StateMachine;
import io.actd.backend.BufferedBackend;
import io.actd.backend.MemoryBackend;
import io.actd.log.WalWriter;
import io.actd.member.MemberMetrics;
import io.actd.protocol.api.ResponseHeader;
import io.actd.raft.Event;
import io.actd.raft.Membership;
import io.actd.raft.SnapshotMark;
import io.actd.snapshot.SnapshotReceiver;
import io.actd.world.Clock;
import io.actd.world.Failpoints;
import io.actd.world.SimulatedDisk;
import io.actd.world.World;
import java.util.SplittableRandom;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

/** Durable first, then the applier, then the rules; one store after the other. */
class InstallationsTest {
    private final TestInbox<SnapshotReceiver.Command> receiver = TestInbox.create();
    private final TestInbox<SnapshotReceiver.Answer> answers = TestInbox.create();
    private final TestInbox<Applier.Command> applier = TestInbox.create();
    private final TestInbox<WalWriter.Append> writer = TestInbox.create();
    private final LogQueue log = new LogQueue(writer.getRef());
    private final Installations installations =
            new Installations(receiver.getRef(), answers.getRef(), applier.getRef(), log, MemberMetrics.NONE);

    private static SnapshotMark mark(long index) {
        return new SnapshotMark(index, 3, Membership.EMPTY);
    }

    private static ReceivedStore store(SnapshotMark mark) {
        var world = new World(Clock.system(), new SimulatedDisk(), new SplittableRandom(1), new Failpoints());
        var options = new StateMachine.Options(1, 9, 0, 2);
        var state = StateMachine.open(
                new BufferedBackend(new MemoryBackend(), world.failpoints()),
                world,
                options,
                revision -> ResponseHeader.getDefaultInstance());
        var loaded = state.load(new BufferedBackend(new MemoryBackend(), world.failpoints()));
        return new ReceivedStore("db-" + mark.index(), loaded);
    }

    private SnapshotMark asked() {
        return ((SnapshotReceiver.Open) receiver.receiveMessage()).mark();
    }

    @Test
    void opened_goesToTheLog_thenToTheApplier_thenTheRulesAreTold() {
        installations.ask(mark(100));
        assertEquals(mark(100), asked());
        var store = store(mark(100));
        assertNull(installations.answered(new SnapshotReceiver.Opened(mark(100), store)));
        assertEquals(mark(100), writer.receiveMessage().batch().mark());
        assertTrue(applier.getAllReceived().isEmpty());
        assertEquals(
                new Event.SnapshotInstalled(mark(100)),
                installations.durable(log.onPersisted(1).restart()));
        assertEquals(new Applier.Install(store), applier.receiveMessage());
    }

    @Test
    void notAtHand_isAbandoned() {
        installations.ask(mark(100));
        assertEquals(
                new Event.SnapshotAbandoned(mark(100)),
                installations.answered(new SnapshotReceiver.NotAtHand(mark(100))));
        installations.ask(mark(120));
        assertEquals(mark(100), asked());
        assertEquals(mark(120), asked());
    }

    @Test
    void newerAskedForMeanwhile_comesNext_andTheRulesWaitForIt() { // D18
        installations.ask(mark(100));
        installations.ask(mark(110));
        installations.ask(mark(120));
        assertEquals(mark(100), asked());
        assertTrue(receiver.getAllReceived().isEmpty());
        assertNull(installations.answered(new SnapshotReceiver.NotAtHand(mark(100))), "or what is older is applied");
        assertEquals(mark(120), asked());
    }
}
