package io.actd.lease;

import io.actd.apply.Command;
import io.actd.apply.ConfChanges;
import io.actd.apply.LeaseChange;
import io.actd.apply.StateMachine;
import io.actd.backend.BufferedBackend;
import io.actd.backend.MemoryBackend;
import io.actd.member.Connections;
import io.actd.member.MemberApi;
import io.actd.member.MemberChange;
import io.actd.member.MemberEnd;
import io.actd.member.RaftStatus;
import io.actd.member.ReadTask;
import io.actd.member.Reply;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.Member;
import io.actd.protocol.api.RequestHeader;
import io.actd.protocol.api.ResponseHeader;
import io.actd.raft.Effect.RoleName;
import io.actd.raft.Entry;
import io.actd.raft.Payload;
import io.actd.watch.WatchHub;
import io.actd.world.Clock;
import io.actd.world.Disk;
import io.actd.world.Failpoints;
import io.actd.world.World;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * A member whose log is a list: what is proposed is applied to a real state machine at once, unless the test holds it
 * back or refuses it.
 */
public final class DirectMember implements MemberApi, AutoCloseable {
    private static final long MEMBER = 7;
    private static final long CLUSTER = 9;

    private final StateMachine state;
    private final Connections connections = new Connections(Clock.system(), Duration.ofSeconds(2));
    private final AtomicLong requestIds = new AtomicLong(100);
    private final List<InternalRaftRequest> proposed = new ArrayList<>();
    private final Deque<Runnable> heldProposals = new ArrayDeque<>();
    private final Deque<ReadTask> heldReads = new ArrayDeque<>();
    private volatile RaftStatus status = new RaftStatus(RoleName.FOLLOWER, 0, 1, 0);
    private volatile Consumer<List<LeaseChange>> onChanges = changes -> {};
    private @Nullable Refusal proposalRefusal;
    private @Nullable Refusal readRefusal;
    private boolean holdProposals;
    private boolean holdReads;
    private long index;

    public DirectMember() {
        this(new MemoryBackend());
    }

    public DirectMember(MemoryBackend engine) {
        var failpoints = new Failpoints();
        var world = new World(Clock.system(), noDisk(), new SplittableRandom(1), failpoints);
        state = StateMachine.open(
                new BufferedBackend(engine, failpoints),
                world,
                new StateMachine.Options(MEMBER, CLUSTER, 0, 2),
                this::header);
        index = state.appliedIndex();
    }

    public static Disk noDisk() {
        return (Disk) Proxy.newProxyInstance(
                DirectMember.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    throw new AssertionError("somebody used the disk: " + method);
                });
    }

    /** Who plays the lessor's part of the applier's audience. */
    void onChanges(Consumer<List<LeaseChange>> listener) {
        onChanges = listener;
    }

    public void lead(long term) {
        status = new RaftStatus(RoleName.LEADER, MEMBER, term, 0);
    }

    /** Leads, and the next entry is committed but not applied yet. */
    void leadAhead(long term) {
        status = new RaftStatus(RoleName.LEADER, MEMBER, term, index + 1);
    }

    public void follow(long leader, long term) {
        status = new RaftStatus(RoleName.FOLLOWER, leader, term, 0);
    }

    public synchronized void refuseProposals(@Nullable Refusal refusal) {
        proposalRefusal = refusal;
    }

    synchronized void refuseReads(@Nullable Refusal refusal) {
        readRefusal = refusal;
    }

    synchronized void holdProposals() {
        holdProposals = true;
    }

    /** Applies one held proposal; false if there is none. */
    synchronized boolean applyHeld() {
        var held = heldProposals.poll();
        if (held != null) held.run();
        return held != null;
    }

    synchronized void releaseProposals() {
        holdProposals = false;
        while (applyHeld()) {}
    }

    synchronized int heldProposals() {
        return heldProposals.size();
    }

    synchronized void holdReads() {
        holdReads = true;
    }

    synchronized int heldReads() {
        return heldReads.size();
    }

    synchronized void releaseReads() {
        holdReads = false;
        for (var read = heldReads.poll(); read != null; read = heldReads.poll()) read.run();
    }

    /** What was proposed since the last call. */
    public synchronized List<InternalRaftRequest> takeProposed() {
        var taken = List.copyOf(proposed);
        proposed.clear();
        return taken;
    }

    /** What is applied so far survives in the engine. */
    synchronized void flush() {
        var flush = state.beginFlush();
        if (flush != null) flush.run();
    }

    /** Proposes as a client of this member would, and waits. */
    public synchronized Outcome run(InternalRaftRequest.Builder request) {
        return apply(Command.of(request.setHeader(RequestHeader.newBuilder().setID(nextRequestId()))
                .build()));
    }

    /** From now on this one and another vote. */
    synchronized void addVoters() {
        for (long id : new long[] {MEMBER, MEMBER + 1}) {
            var voter = Member.newBuilder()
                    .setID(id)
                    .addPeerURLs("http://127.0.0.1:" + id)
                    .build();
            var change = Payload.of(ConfChanges.add(nextRequestId(), voter));
            state.apply(new Entry(1, ++index, Entry.Type.CONF_CHANGE, change));
        }
    }

    /** After {@link #addVoters}: from now on only the other one votes. */
    synchronized void removeItself() {
        var change = Payload.of(ConfChanges.remove(nextRequestId(), MEMBER));
        state.apply(new Entry(1, ++index, Entry.Type.CONF_CHANGE, change));
    }

    private synchronized Outcome apply(Command command) {
        var applied = state.apply(new Entry(1, ++index, Entry.Type.NORMAL, command));
        if (!applied.leaseChanges().isEmpty()) onChanges.accept(applied.leaseChanges());
        var outcome = applied.outcome();
        if (outcome == null) throw new AssertionError("no answer to " + command.request());
        return outcome;
    }

    @Override
    public long nextRequestId() {
        return requestIds.incrementAndGet();
    }

    @Override
    public synchronized void propose(Command command, Reply reply) {
        proposed.add(command.request());
        if (proposalRefusal != null) reply.done(Outcome.refused(proposalRefusal));
        else if (holdProposals) heldProposals.add(() -> reply.done(apply(command)));
        else reply.done(apply(command));
    }

    @Override
    public synchronized void proposeInTerm(long term, Command command, Reply reply) {
        if (status.isLeader() && status.term() == term) propose(command, reply);
        else reply.done(Outcome.refused(Refusal.LEADER_CHANGED));
    }

    @Override
    public synchronized void linearizableRead(ReadTask task) {
        if (readRefusal != null) task.refused(readRefusal);
        else if (holdReads) heldReads.add(task);
        else task.run();
    }

    @Override
    public void changeMembers(MemberChange change, Reply reply) {
        throw new AssertionError("nobody changes members here: " + change);
    }

    @Override
    public void transferLeadership(long to, Reply reply) {
        throw new AssertionError("nobody hands leadership over here");
    }

    @Override
    public Connections connections() {
        return connections;
    }

    @Override
    public int pendingProposals() {
        return heldProposals();
    }

    @Override
    public CompletionStage<MemberEnd> ended() {
        return new CompletableFuture<>();
    }

    @Override
    public StateMachine state() {
        return state;
    }

    @Override
    public RaftStatus status() {
        return status;
    }

    @Override
    public long memberId() {
        return MEMBER;
    }

    @Override
    public long clusterId() {
        return CLUSTER;
    }

    @Override
    public ResponseHeader header(long revision) {
        return ResponseHeader.newBuilder()
                .setClusterId(CLUSTER)
                .setMemberId(MEMBER)
                .setRaftTerm(status.term())
                .setRevision(revision)
                .build();
    }

    @Override
    public ActorRef<WatchHub.Command> watchHub() {
        throw new AssertionError("no watches here");
    }

    @Override
    public ActorRef<Lessor.Command> lessor() {
        throw new AssertionError("nobody asks for the lessor here");
    }

    @Override
    public Executor blockingExecutor() {
        return Runnable::run;
    }

    @Override
    public void afterCompaction(Runnable whenDone) {
        whenDone.run();
    }

    @Override
    public void close() {
        state.close();
    }
}
