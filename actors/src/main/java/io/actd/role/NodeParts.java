package io.actd.role;

import io.actd.applier.Applier;
import io.actd.applier.ApplierParts;
import io.actd.applier.StoreKeeper;
import io.actd.apply.StateMachine;
import io.actd.lease.Lessor;
import io.actd.member.AutoCompactor;
import io.actd.member.Connections;
import io.actd.member.MemberMetrics;
import io.actd.member.PendingReplies;
import io.actd.member.RaftStatus;
import io.actd.member.Readers;
import io.actd.peer.PeerTransport;
import io.actd.protocol.ServerVersion;
import io.actd.raft.RaftConfig;
import io.actd.snapshot.SnapshotReceiver;
import io.actd.snapshot.SnapshotSource;
import io.actd.watch.WatchHub;
import io.actd.world.World;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Whom the Raft node works with.
 *
 * @param peers the way to the other members
 * @param connections which of them are there
 * @param version of this server, told to the others
 * @param receiver of stores that leaders send
 * @param snapshots what a leader sends
 * @param onStatus told each new status, on the node's thread; must not block
 * @param onMembers run when the table of members has changed, on the node's thread; must not block
 * @param tick length of a tick
 * @param headStart let the first election timeout be short if there is nobody to wait for
 * @param requestTimeout T (spec OP-61)
 * @param snapshotCount applied entries between two snapshot marks in the log
 * @param catchupEntries entries kept in memory behind a mark
 */
public record NodeParts(
        RaftConfig raft,
        World world,
        StateMachine state,
        PendingReplies pending,
        Readers readers,
        PeerTransport peers,
        Connections connections,
        ServerVersion version,
        ActorRef<WatchHub.Command> watchHub,
        ActorRef<Lessor.Command> lessor,
        ActorRef<AutoCompactor.Command> compactor,
        ActorRef<StoreKeeper.Command> keeper,
        ActorRef<SnapshotReceiver.Command> receiver,
        SnapshotSource snapshots,
        Consumer<RaftStatus> onStatus,
        Runnable onMembers,
        Duration tick,
        boolean headStart,
        Duration requestTimeout,
        long snapshotCount,
        long catchupEntries,
        MemberMetrics metrics) {
    ApplierParts applierParts(ActorRef<Applier.Progress> owner) {
        return new ApplierParts(state, pending, readers, owner, watchHub, lessor, keeper, world.clock(), metrics);
    }
}
