package io.actd.role;

import io.actd.applier.Applier;
import io.actd.apply.Command;
import io.actd.log.WalWriter;
import io.actd.member.RaftStatus;
import io.actd.peer.PeerMessage;
import io.actd.protocol.Refusal;
import io.actd.raft.Effect;
import io.actd.raft.Entry;
import io.actd.raft.Event;
import io.actd.raft.Message;
import io.actd.raft.Payload;
import io.actd.raft.Raft;
import io.actd.raft.Recovered;
import io.actd.raft.SnapshotMark;
import io.actd.snapshot.Senders;
import io.actd.snapshot.SnapshotReceiver;
import io.actd.snapshot.SnapshotSender;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Carries out what the rules ask for, in their order. Nothing else of this actor tells anybody anything.
 *
 * <p>Owned by one {@link RaftNode} across its roles.
 */
final class Effects {
    /** Log kept in memory for peers that answer; beyond it they are sent the store. */
    private static final long MAX_HELD_LOG_BYTES = 256 << 20;

    private final ActorRef<RaftNode.Command> self;
    private final NodeParts parts;
    private final ActorRef<Applier.Command> applier;
    private final Intake intake;
    private final ChangeQueue changes;
    private final LeaderTransfers transfers;
    private final LogQueue log;
    private final ReadQueue reads = new ReadQueue();
    private final Senders<RaftNode.Command> senders;
    private final Installations installations;
    private final Deadlines deadlines;
    private final Presence presence;
    private final Heartbeats heartbeats;
    private final CommitNews news;
    private final HeadStart headStart;
    private final Pace pace;
    private final Logger logger;
    private @Nullable Raft raft;
    private RaftStatus status = RaftStatus.STARTING;
    private long lastMark;

    Effects(
            ActorRef<RaftNode.Command> self,
            NodeParts parts,
            ActorRef<WalWriter.Append> walWriter,
            ActorRef<Applier.Command> applier,
            Senders<RaftNode.Command> senders,
            ActorRef<SnapshotReceiver.Answer> received,
            Logger logger) {
        this.self = self;
        this.parts = parts;
        this.applier = applier;
        this.intake = new Intake(parts.pending(), parts.metrics());
        this.changes = new ChangeQueue(parts.pending(), parts.raft().self());
        this.transfers = new LeaderTransfers(parts.pending());
        this.log = new LogQueue(walWriter);
        this.senders = senders;
        this.installations = new Installations(parts.receiver(), received, applier, log, parts.metrics());
        this.deadlines = new Deadlines(parts, intake, changes, reads);
        this.presence = Presence.of(parts);
        this.headStart = HeadStart.of(parts, logger);
        this.pace = new Pace(parts.world().clock(), parts.tick());
        this.logger = logger;
        this.heartbeats = new Heartbeats(
                parts.metrics(),
                parts.world().clock(),
                logger,
                parts.tick().multipliedBy(parts.raft().heartbeatTicks()),
                parts.tick().multipliedBy(parts.raft().electionTicks()));
        this.news = new CommitNews(
                parts.world().clock(),
                message -> parts.peers().send(new PeerMessage.Raft(message)),
                () -> self.tell(RaftNode.NewsDue.INSTANCE));
    }

    Intake intake() {
        return intake;
    }

    RaftStatus status() {
        return status;
    }

    private Raft raft() {
        return Objects.requireNonNull(raft, "the log is not recovered yet");
    }

    /** Builds the rules from the log and the applied state, and applies what was committed but not applied. */
    void start(WalWriter.Recovered log) {
        var state = parts.state();
        lastMark = log.mark().index();
        this.log.recovered(log.hardState());
        var recovered =
                new Recovered(log.hardState(), log.mark(), log.entries(), state.membership(), state.appliedIndex());
        raft = new Raft(parts.raft(), recovered, parts.world().random());
        parts.onMembers().run();
        feed(new Event.Tick());
        campaignIfAlone();
    }

    /** A member that is its own majority need not wait for an election timeout (spec OP-31). */
    private void campaignIfAlone() {
        var voters = raft().membership().voters();
        if (voters.size() == 1 && voters.contains(parts.raft().self()) && raft().leader() == 0) {
            feed(new Event.Campaign());
        }
    }

    /** What all roles do alike. */
    void on(RaftNode.Shared command) {
        switch (command) {
            case RaftNode.Receive receive -> onReceive(receive.message());
            case RaftNode.ProposeInTerm own -> onProposeInTerm(own);
            case RaftNode.FromLog(WalWriter.Persisted persisted) -> onPersisted(persisted.ticket());
            case RaftNode.FromLog(WalWriter.Recovered again) ->
                throw new IllegalStateException("the log was recovered twice");
            case RaftNode.FromSender(SnapshotSender.Ended ended) -> onSnapshotEnded(ended);
            case RaftNode.FromReceiver(SnapshotReceiver.Answer answer) -> onReceived(answer);
            case RaftNode.SnapshotAcknowledged acknowledged -> senders.acknowledged(acknowledged.ack());
            case RaftNode.FromApplier(Applier.AppliedTo applied) -> onApplied(applied);
            case RaftNode.FromApplier(Applier.StoreDurable durable) -> onStoreDurable(durable.mark());
            case RaftNode.PartEnded ended -> throw ended(ended);
            case RaftNode.Gathered gathered -> feedGathered();
            case RaftNode.NewsDue due -> news.sendDue();
            case RaftNode.Tick tick -> onTick();
            case RaftNode.Lost lost -> feed(new Event.PeerUnreachable(lost.peer()));
            case RaftNode.PeerLeft left -> transfers.ended(left.peer(), false);
            case RaftNode.ChangeMembers change -> onChange(change);
            case RaftNode.TransferLeadership transfer -> onTransfer(transfer);
        }
    }

    static IllegalStateException ended(RaftNode.PartEnded part) {
        return new IllegalStateException(part.name() + " has ended; this member can not go on without it");
    }

    private void onReceive(Message message) {
        if (message instanceof Message.HeartbeatReply reply) heartbeats.answered(reply);
        feed(new Event.Receive(message));
        if (message instanceof Message.ForwardedProposal passedOn && status.isLeader()) {
            news.passedOn(passedOn.from(), raft().lastEntry().index());
        }
    }

    private void feed(Event event) {
        var effects = raft().on(event).effects();
        publishStatus(); // first: what others are told is to be known here
        effects.forEach(this::carryOut);
        log.writeNext();
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Persist persist -> log.add(persist);
            case Effect.Send send -> send(send.message());
            case Effect.Commit commit -> applier.tell(new Applier.Apply(commit.entries()));
            case Effect.ReadReady ready -> release(ready);
            // Asked again if the leader stays; else it is told once the next one is known (spec RG-3).
            case Effect.ReadDropped dropped -> reads.dropped(dropped.readId()).forEach(intake::addAgain);
            case Effect.ProposalDropped dropped -> onProposalDropped(dropped);
            // Who waits for an own proposal is answered by request id when it is applied, whoever led meanwhile.
            case Effect.Appended appended -> {}
            // The behaviours look at the role themselves, and the status is published before.
            case Effect.RoleChanged changed -> {}
            case Effect.HeldUpByDisk heldUp -> logHeldUp(heldUp);
            case Effect.TransferEnded ended -> transfers.ended(ended.to(), ended.completed());
            case Effect.SendSnapshot send -> senders.begin(send.peer());
            case Effect.InstallSnapshot install -> installations.ask(install.mark());
        }
    }

    private void send(Message message) {
        if (message instanceof Message.Heartbeat heartbeat) heartbeats.sent(heartbeat);
        news.send(message);
    }

    private void release(Effect.ReadReady ready) {
        var tasks = reads.ready(ready.readId());
        if (tasks.isEmpty()) return;
        if (parts.state().appliedIndex() >= ready.readIndex()) parts.readers().runAll(tasks);
        else applier.tell(new Applier.ReadAt(ready.readIndex(), tasks));
    }

    private void onProposalDropped(Effect.ProposalDropped dropped) {
        for (Payload payload : dropped.payloads()) {
            if (payload instanceof Command command) onDropped(command, dropped.reason());
            else if (payload instanceof ProposedChange own) onDropped(own, dropped.reason());
            else if (dropped.reason() == Effect.DropReason.CONF_CHANGE_PENDING) onPassedOn(payload);
        }
    }

    private void onDropped(Command command, Effect.DropReason reason) {
        switch (reason) {
            case NO_LEADER -> intake.hold(command);
            case LOG_FULL -> intake.refuse(command, Refusal.TOO_MANY_REQUESTS);
            case TRANSFER_RUNNING, CONF_CHANGE_PENDING, NOT_A_MEMBER ->
                intake.refuse(command, Refusal.PROPOSAL_DROPPED);
        }
    }

    private void onDropped(ProposedChange change, Effect.DropReason reason) {
        switch (reason) {
            case NO_LEADER, CONF_CHANGE_PENDING -> changes.putBack(change); // spec M-6
            case LOG_FULL -> refuse(change, Refusal.TOO_MANY_REQUESTS);
            case TRANSFER_RUNNING, NOT_A_MEMBER -> refuse(change, Refusal.PROPOSAL_DROPPED);
        }
    }

    private void refuse(ProposedChange change, Refusal refusal) {
        changes.refuse(change, refusal);
        if (change.requestId() != 0) parts.metrics().proposalFailed();
    }

    /** Another member's change came while one is unapplied here: it waits, as an own one would. */
    private void onPassedOn(Payload change) {
        changes.add(ProposedChange.passedOn(change, nanoTime()));
    }

    private long nanoTime() {
        return parts.world().clock().nanoTime();
    }

    // ---- clients' work

    /** Makes sure that what is gathered becomes one batch once the mailbox as it is now has been read. */
    void gather() {
        if (status.hasLeader() && intake.announceBatch()) self.tell(RaftNode.Gathered.INSTANCE);
    }

    private void feedGathered() {
        intake.batchTaken();
        if (!status.hasLeader()) return;
        List<Payload> proposals = intake.takeProposals();
        if (!proposals.isEmpty()) feed(new Event.Propose(Entry.Type.NORMAL, proposals));
        long term = status.term();
        List<RaftNode.Read> asked = intake.takeReads(term);
        if (!asked.isEmpty()) feed(new Event.ReadIndex(reads.ask(asked, term)));
    }

    private void onProposeInTerm(RaftNode.ProposeInTerm own) {
        if (status.isLeader() && status.term() == own.term()) {
            feed(new Event.Propose(Entry.Type.NORMAL, List.of(own.command())));
        } else {
            intake.refuse(own.command(), Refusal.LEADER_CHANGED);
        }
    }

    private void onChange(RaftNode.ChangeMembers change) {
        hold(change);
        proposeNextChange();
    }

    void hold(RaftNode.ChangeMembers change) {
        changes.add(ProposedChange.own(change, nanoTime()));
    }

    private void proposeNextChange() {
        if (!status.hasLeader()) return;
        var next = changes.next(raft());
        if (next != null) feed(new Event.Propose(Entry.Type.CONF_CHANGE, List.of(next)));
    }

    void onTransfer(RaftNode.TransferLeadership order) {
        if (!status.isLeader()) {
            transfers.refuse(order, Refusal.NOT_LEADER);
        } else if (!raft().membership().isVoter(order.to())) {
            transfers.refuse(order, Refusal.BAD_TRANSFEREE);
        } else {
            transfers.add(order);
            feed(new Event.TransferLeadership(order.to()));
        }
    }

    // ---- what the parts tell

    private void onPersisted(long ticket) {
        var done = log.onPersisted(ticket);
        done.thenSend().forEach(this::send);
        if (done.saved() != null) { // spec OP-89
            logger.atInfo().addKeyValue("snapshot-index", done.saved().index()).log("saved snapshot to disk");
        }
        if (done.restart() != null) {
            lastMark = done.restart().index();
            feed(installations.durable(done.restart()));
        }
        for (var last : done.lasts()) feed(new Event.Persisted(last));
    }

    private void onSnapshotEnded(SnapshotSender.Ended ended) {
        if (senders.hasEnded(ended)) feed(new Event.SnapshotSent(ended.peer(), ended.mark(), ended.delivered()));
    }

    private void onReceived(SnapshotReceiver.Answer answer) {
        var told = installations.answered(answer);
        if (told != null) feed(told);
    }

    /** A leader looks after its peers; whoever is not one any more lets the next do it. */
    void stopLeading() {
        senders.stopAll();
        heartbeats.stop();
        news.stop();
    }

    private void onApplied(Applier.AppliedTo applied) {
        feed(new Event.Applied(applied.index()));
        if (applied.membership() != null) {
            news.sendKept(); // while whoever is removed can still be reached
            feed(new Event.MembershipApplied(applied.index(), applied.membership()));
            parts.onMembers().run();
            campaignIfAlone();
            proposeNextChange();
        }
    }

    /** The store needs the log up to here no more: forget it in memory, and mark it in the log now and then. */
    private void onStoreDurable(SnapshotMark mark) {
        feed(new Event.Compact(mark, parts.catchupEntries(), MAX_HELD_LOG_BYTES));
        if (mark.index() - lastMark >= parts.snapshotCount()) {
            lastMark = mark.index();
            log.add(mark);
            log.writeNext();
        }
    }

    private void onTick() {
        if (!pace.counts()) return;
        for (int ticks = 1 + headStart.ticks(status, raft().membership()); ticks > 0; ticks--) feed(new Event.Tick());
        presence.tick(status, raft().membership());
        proposeNextChange();
        deadlines.sweep(status, raft().membership());
    }

    private void publishStatus() {
        var rules = raft();
        if (rules.role() == status.role()
                && rules.leader() == status.leader()
                && rules.currentTerm() == status.term()
                && rules.commitIndex() == status.commitIndex()) return;
        boolean otherLeader = rules.leader() != status.leader() || rules.currentTerm() != status.term();
        if (rules.role() != status.role() || rules.currentTerm() != status.term()) logRole(rules);
        status = new RaftStatus(rules.role(), rules.leader(), rules.currentTerm(), rules.commitIndex());
        if (otherLeader && status.hasLeader()) {
            parts.metrics().leaderChanged();
            deadlines.leaderKnown();
        }
        parts.onStatus().accept(status);
    }

    /** As etcd says it: "8e9e05c52164694d became pre-candidate at term 2". */
    private void logRole(Raft rules) {
        String self = Long.toHexString(parts.raft().self());
        String role = rules.role().name().toLowerCase(Locale.ROOT).replace('_', '-');
        logger.atInfo()
                .addKeyValue("local-member-id", self)
                .log("{} became {} at term {}", self, role, rules.currentTerm());
    }

    private void logHeldUp(Effect.HeldUpByDisk heldUp) {
        logger.atWarn()
                .addKeyValue("local-member-id", Long.toHexString(parts.raft().self()))
                .addKeyValue("transferee-member-id", Long.toHexString(heldUp.to()))
                .log("leader is held up by its slow disk, tries to hand over leadership");
    }

    NodeParts parts() {
        return parts;
    }
}
