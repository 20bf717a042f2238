package io.actd.api;

import io.actd.apply.Command;
import io.actd.apply.StateMachine;
import io.actd.lease.Lessor;
import io.actd.member.Connections;
import io.actd.member.MemberApi;
import io.actd.member.MemberChange;
import io.actd.member.MemberEnd;
import io.actd.member.RaftStatus;
import io.actd.member.ReadTask;
import io.actd.member.Reply;
import io.actd.protocol.api.ResponseHeader;
import io.actd.watch.WatchHub;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;

/** A real member that can be made to say it knows no leader, or that it is another one of its cluster. */
final class PretendingMember implements MemberApi {
    private final MemberApi member;
    private volatile boolean leaderless;
    private volatile long memberId;

    PretendingMember(MemberApi member) {
        this.member = member;
        this.memberId = member.memberId();
    }

    void pretendToBe(long other) {
        memberId = other;
    }

    void loseLeader(boolean lost) {
        leaderless = lost;
    }

    @Override
    public RaftStatus status() {
        var status = member.status();
        return leaderless ? new RaftStatus(status.role(), 0, status.term(), status.commitIndex()) : status;
    }

    @Override
    public long nextRequestId() {
        return member.nextRequestId();
    }

    @Override
    public void propose(Command command, Reply reply) {
        member.propose(command, reply);
    }

    @Override
    public void proposeInTerm(long term, Command command, Reply reply) {
        member.proposeInTerm(term, command, reply);
    }

    @Override
    public void linearizableRead(ReadTask task) {
        member.linearizableRead(task);
    }

    @Override
    public void changeMembers(MemberChange change, Reply reply) {
        member.changeMembers(change, reply);
    }

    @Override
    public void transferLeadership(long to, Reply reply) {
        member.transferLeadership(to, reply);
    }

    @Override
    public Connections connections() {
        return member.connections();
    }

    @Override
    public int pendingProposals() {
        return member.pendingProposals();
    }

    @Override
    public CompletionStage<MemberEnd> ended() {
        return member.ended();
    }

    @Override
    public StateMachine state() {
        return member.state();
    }

    @Override
    public long memberId() {
        return memberId;
    }

    @Override
    public long clusterId() {
        return member.clusterId();
    }

    @Override
    public ResponseHeader header(long revision) {
        return member.header(revision);
    }

    @Override
    public ActorRef<WatchHub.Command> watchHub() {
        return member.watchHub();
    }

    @Override
    public ActorRef<Lessor.Command> lessor() {
        return member.lessor();
    }

    @Override
    public Executor blockingExecutor() {
        return member.blockingExecutor();
    }

    @Override
    public void afterCompaction(Runnable whenDone) {
        member.afterCompaction(whenDone);
    }
}
