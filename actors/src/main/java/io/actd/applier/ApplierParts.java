package io.actd.applier;

import io.actd.apply.StateMachine;
import io.actd.lease.Lessor;
import io.actd.member.MemberMetrics;
import io.actd.member.PendingReplies;
import io.actd.member.Readers;
import io.actd.watch.WatchHub;
import io.actd.world.Clock;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Whom the applier works with.
 *
 * @param owner the {@code RaftNode}
 */
public record ApplierParts(
        StateMachine state,
        PendingReplies pending,
        Readers readers,
        ActorRef<Applier.Progress> owner,
        ActorRef<WatchHub.Command> watchHub,
        ActorRef<Lessor.Command> lessor,
        ActorRef<StoreKeeper.Command> keeper,
        Clock clock,
        MemberMetrics metrics) {}
