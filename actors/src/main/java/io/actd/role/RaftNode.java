package io.actd.role;

import io.actd.applier.Applier;
import io.actd.log.WalWriter;
import io.actd.member.MemberChange;
import io.actd.member.ReadTask;
import io.actd.peer.PeerMessage.SnapshotAck;
import io.actd.raft.Message;
import io.actd.snapshot.Senders;
import io.actd.snapshot.SnapshotReceiver;
import io.actd.snapshot.SnapshotSender;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The Raft role of this member: takes events, runs the pure rules, carries out their effects in order.
 *
 * <p>Behaviours {@link Follower}, {@link Candidate} and {@link Leader}; this one only waits for the log. Clients' work
 * is bounded before the mailbox ({@code PendingReplies}, {@code MemberDoor}), peers' by their windows. Parent of the
 * {@link WalWriter} and the {@link Applier}: if one of the three fails, all stop and the process ends.
 */
public final class RaftNode extends AbstractMatchingBehavior<RaftNode.Command> {
    public sealed interface Command {}

    /** A client's command for the log; whoever waits for it stands in {@code PendingReplies}. */
    public record Propose(io.actd.apply.Command command) implements Command {}

    /** A command that only this member may put into the log, as leader of that term: it is neither held nor passed on. */
    public record ProposeInTerm(long term, io.actd.apply.Command command) implements Shared {}

    /**
     * A linearizable read (thesis §6.4).
     *
     * @param askedTerm the term whose leader was asked in vain, 0 if none was
     */
    public record Read(ReadTask task, long askedNanos, long askedTerm) implements Command {
        /** One that nobody was asked about yet. */
        public Read(ReadTask task, long askedNanos) {
            this(task, askedNanos, 0);
        }

        Read askedIn(long term) {
            return new Read(task, askedNanos, term);
        }
    }

    /** What every role answers alike, through {@link Effects}. */
    sealed interface Shared extends Command {}

    /** A message of another member. */
    public record Receive(Message message) implements Shared {}

    /** Something sent to that peer was lost. */
    public record Lost(long peer) implements Shared {}

    /** That peer stops, in good order. */
    public record PeerLeft(long peer) implements Shared {}

    /** A change of the membership (spec §16); whoever waits for it stands in {@code PendingReplies}. */
    public record ChangeMembers(MemberChange change, long requestId) implements Shared {}

    /** Hand leadership to that member (spec MT-12); whoever waits for it stands in {@code PendingReplies}. */
    public record TransferLeadership(long to, long requestId) implements Shared {}

    /** A peer that is sent the store answered. */
    public record SnapshotAcknowledged(SnapshotAck ack) implements Shared {}

    record FromSender(SnapshotSender.Ended ended) implements Shared {}

    record FromReceiver(SnapshotReceiver.Answer answer) implements Shared {}

    record FromLog(WalWriter.Event event) implements Shared {}

    record FromApplier(Applier.Progress progress) implements Shared {}

    /** Everything that was in the mailbox when it was told has been gathered: hand it to the rules as one batch. */
    enum Gathered implements Shared {
        INSTANCE
    }

    /** What {@link CommitNews} kept back may be due. */
    enum NewsDue implements Shared {
        INSTANCE
    }

    /** A part without which this member can not go on has ended. */
    record PartEnded(String name) implements Shared {}

    enum Tick implements Shared {
        INSTANCE
    }

    private final NodeParts parts;
    private final Effects effects;

    private RaftNode(ActorContext<Command> context, NodeParts parts) {
        super(context);
        this.parts = parts;
        ActorRef<WalWriter.Event> log = context.messageAdapter(WalWriter.Event.class, FromLog::new);
        ActorRef<Applier.Progress> progress = context.messageAdapter(Applier.Progress.class, FromApplier::new);
        var walWriter = context.spawn(WalWriter.create(log), "wal-writer");
        var applier = context.spawn(Applier.create(parts.applierParts(progress)), "applier");
        context.watchWith(walWriter, new PartEnded("wal-writer"));
        context.watchWith(applier, new PartEnded("applier"));
        this.effects = new Effects(
                context.getSelf(),
                parts,
                walWriter,
                applier,
                new Senders<>(context, parts.snapshots(), FromSender::new),
                context.messageAdapter(SnapshotReceiver.Answer.class, FromReceiver::new),
                context.getLog());
    }

    public static Behavior<Command> create(NodeParts parts) {
        return Behaviors.setup(context -> new RaftNode(context, parts));
    }

    @Override
    public Behavior<Command> onMessage(Command command) {
        switch (command) {
            case FromLog(WalWriter.Recovered recovered) -> {
                return onRecovered(recovered);
            }
            case Propose propose -> effects.intake().hold(propose.command());
            case Read read -> effects.intake().add(read);
            case PartEnded ended -> throw Effects.ended(ended);
            case ChangeMembers change -> effects.hold(change);
            case TransferLeadership transfer -> effects.onTransfer(transfer);
            // Peers send again; nothing else can arrive before the log did.
            case Shared ignored -> {}
        }
        return this;
    }

    private Behavior<Command> onRecovered(WalWriter.Recovered recovered) {
        return Behaviors.withTimers(timers -> {
            // A fixed delay would add the scheduler's own steps to each tick, about a tenth of every election timeout.
            timers.startTimerAtFixedRate(Tick.INSTANCE, parts.tick());
            effects.start(recovered);
            return new Follower(getContext(), effects).next();
        });
    }
}
