package io.actd.member;

import io.actd.applier.StoreKeeper;
import io.actd.apply.Command;
import io.actd.apply.StateMachine;
import io.actd.lease.Lessor;
import io.actd.peer.PeerMessage.LeaderQuestionKind;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.MemberPromoteRequest;
import io.actd.protocol.api.ResponseHeader;
import io.actd.role.RaftNode;
import io.actd.watch.WatchHub;
import io.actd.world.Clock;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The door of a running member: admission in front of the actors' mailboxes, and what may be read without them. */
final class MemberDoor implements MemberApi {
    /** Entries committed but not applied beyond which commands are refused (spec OP-90). */
    private static final long MAX_BACKLOG = 5000;

    private static final int MAX_WAITING_READS = 65_536;

    /** The actors the door leads to. They know the door, so it is attached after they exist. */
    record Rooms(
            ActorRef<RaftNode.Command> raftNode,
            ActorRef<WatchHub.Command> watchHub,
            ActorRef<Lessor.Command> lessor,
            ActorRef<StoreKeeper.Command> keeper,
            ActorRef<Forwarder.Command> forwarder) {}

    private final long memberId;
    private final long clusterId;
    private final Clock clock;
    private final RequestIds requestIds;
    private final PendingReplies pending;
    private final Executor blockingExecutor;
    private final Connections connections;
    private final MemberMetrics metrics;
    private final @Nullable ReconfigurationChecks checks;
    private final CompletableFuture<MemberEnd> ended = new CompletableFuture<>();
    private final AtomicInteger waitingReads = new AtomicInteger();
    private volatile RaftStatus status = RaftStatus.STARTING;
    private volatile @Nullable StateMachine state;
    private volatile @Nullable Rooms rooms;
    private volatile boolean closed;

    MemberDoor(
            MemberConfig config,
            Clock clock,
            PendingReplies pending,
            Executor blockingExecutor,
            Connections connections,
            MemberMetrics metrics) {
        this.memberId = config.self().getID();
        this.clusterId = config.clusterId();
        this.clock = clock;
        this.connections = connections;
        this.metrics = metrics;
        this.checks = config.reconfiguration().strict() ? new ReconfigurationChecks(memberId, connections) : null;
        this.requestIds = new RequestIds(memberId, clock.epochMillis());
        this.pending = pending;
        this.blockingExecutor = blockingExecutor;
    }

    /** The applied state is there; the actors that read it may start. */
    void open(StateMachine applied) {
        state = applied;
    }

    /** The actors are there; clients may come. */
    void attach(Rooms all) {
        rooms = all;
    }

    void publish(RaftStatus now) {
        status = now;
    }

    /** From now on everything is refused. */
    void close() {
        closed = true;
        pending.refuseAll(Refusal.STOPPED);
    }

    /** The files are closed; says it to everybody who wants to know. The first reason counts. */
    void ended(MemberEnd why) {
        ended.complete(why);
    }

    private Rooms rooms() {
        return Objects.requireNonNull(rooms, "the member is not open yet");
    }

    @Override
    public long nextRequestId() {
        return requestIds.next();
    }

    @Override
    public void propose(Command command, Reply reply) {
        hand(command, reply, new RaftNode.Propose(command));
    }

    @Override
    public void proposeInTerm(long term, Command command, Reply reply) {
        hand(command, reply, new RaftNode.ProposeInTerm(term, command));
    }

    private void hand(Command command, Reply reply, RaftNode.Command proposal) {
        if (closed) {
            reply.done(Outcome.refused(Refusal.STOPPED));
            return;
        }
        boolean admitted = status.commitIndex() - state().appliedIndex() <= MAX_BACKLOG
                && pending.add(command.request().getHeader().getID(), reply, clock.nanoTime());
        if (admitted) hand(proposal);
        else reply.done(Outcome.refused(Refusal.TOO_MANY_REQUESTS));
    }

    private void hand(RaftNode.Command command) {
        rooms().raftNode().tell(command);
        // Closed meanwhile: nobody would answer who waits since then.
        if (closed) pending.refuseAll(Refusal.STOPPED);
    }

    @Override
    public void changeMembers(MemberChange change, Reply reply) {
        if (change instanceof MemberChange.Promote promote) promote(promote, reply);
        else changeHere(change, reply);
    }

    private void promote(MemberChange.Promote promote, Reply reply) {
        // The leader decides about a promotion, all of it (spec M-10).
        if (!status.isLeader()) {
            var request =
                    MemberPromoteRequest.newBuilder().setID(promote.memberId()).build();
            rooms().forwarder().tell(new Forwarder.Ask(LeaderQuestionKind.PROMOTE, request.toByteString(), reply));
        } else {
            changeHere(promote, outcome -> {
                switch (outcome) {
                    case Outcome.Ok ok -> metrics.learnerPromoted();
                    case Outcome.Refused refused ->
                        metrics.learnerNotPromoted(refused.refusal().text());
                }
                reply.done(outcome);
            });
        }
    }

    private void changeHere(MemberChange change, Reply reply) {
        var refusal =
                checks == null ? null : checks.check(change, state().members().all());
        if (refusal != null) reply.done(Outcome.refused(refusal));
        else order(reply, requestId -> new RaftNode.ChangeMembers(change, requestId));
    }

    @Override
    public void transferLeadership(long to, Reply reply) {
        order(reply, requestId -> new RaftNode.TransferLeadership(to, requestId));
    }

    /** Seldom, so outside the backlog's bound; never more than may wait for an answer. */
    private void order(Reply reply, LongFunction<RaftNode.Command> command) {
        long requestId = nextRequestId();
        if (closed) reply.done(Outcome.refused(Refusal.STOPPED));
        else if (pending.add(requestId, reply, clock.nanoTime())) hand(command.apply(requestId));
        else reply.done(Outcome.refused(Refusal.TOO_MANY_REQUESTS));
    }

    @Override
    public void linearizableRead(ReadTask task) {
        if (closed) {
            task.refused(Refusal.STOPPED);
        } else if (waitingReads.incrementAndGet() > MAX_WAITING_READS) {
            waitingReads.decrementAndGet();
            task.refused(Refusal.TOO_MANY_REQUESTS);
        } else {
            rooms().raftNode().tell(new RaftNode.Read(new AdmittedRead(task), clock.nanoTime()));
        }
    }

    /** A read that counts against the bound until it may run. */
    private final class AdmittedRead implements ReadTask {
        private final ReadTask task;

        private AdmittedRead(ReadTask task) {
            this.task = task;
        }

        @Override
        public void run() {
            waitingReads.decrementAndGet();
            task.run();
        }

        @Override
        public void refused(Refusal refusal) {
            waitingReads.decrementAndGet();
            task.refused(refusal);
        }
    }

    @Override
    public StateMachine state() {
        return Objects.requireNonNull(state, "the member is not open yet");
    }

    @Override
    public RaftStatus status() {
        return status;
    }

    @Override
    public Connections connections() {
        return connections;
    }

    @Override
    public int pendingProposals() {
        return pending.size();
    }

    @Override
    public CompletionStage<MemberEnd> ended() {
        return ended.minimalCompletionStage();
    }

    @Override
    public long memberId() {
        return memberId;
    }

    @Override
    public long clusterId() {
        return clusterId;
    }

    @Override
    public ResponseHeader header(long revision) {
        return ResponseHeader.newBuilder()
                .setClusterId(clusterId)
                .setMemberId(memberId)
                .setRevision(revision)
                .setRaftTerm(status.term())
                .build();
    }

    @Override
    public ActorRef<WatchHub.Command> watchHub() {
        return rooms().watchHub();
    }

    @Override
    public ActorRef<Lessor.Command> lessor() {
        return rooms().lessor();
    }

    @Override
    public Executor blockingExecutor() {
        return blockingExecutor;
    }

    @Override
    public void afterCompaction(Runnable whenDone) {
        rooms().keeper().tell(new StoreKeeper.AfterCompaction(whenDone));
    }
}
