package io.actd.member;

import io.actd.apply.Command;
import io.actd.apply.StateMachine;
import io.actd.lease.Lessor;
import io.actd.protocol.api.ResponseHeader;
import io.actd.watch.WatchHub;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;

/** The door of a running member for the layer that speaks to clients. Thread-safe. */
public interface MemberApi {
    /** A request id never used before by any member (spec FM-41). */
    long nextRequestId();

    /**
     * Puts a command into the log and answers when it is applied here. Refused at once if too many are under way
     * (spec OP-90), refused with a timeout text after T (spec O-61) although it may still be applied later (P-8).
     */
    void propose(Command command, Reply reply);

    /**
     * As {@link #propose}, but only this member itself may put it into the log, and only as leader of that term; else
     * refused as {@link io.actd.protocol.Refusal#LEADER_CHANGED}. For what no later leader may be made to do.
     */
    void proposeInTerm(long term, Command command, Reply reply);

    /** Runs the task once everything committed before this call is applied here (spec RG-1, RG-3). */
    void linearizableRead(ReadTask task);

    /**
     * Changes who takes part; answered with a MemberListResponse once that is applied here. Refused as spec §16 says,
     * here, at the leader or when it is applied; and after T, although the change may still come about later.
     */
    void changeMembers(MemberChange change, Reply reply);

    /** Hands leadership to that voter; answered with a MoveLeaderResponse once it leads (spec MT-12). */
    void transferLeadership(long to, Reply reply);

    /** The applied state: serializable reads may use it at any time. */
    StateMachine state();

    RaftStatus status();

    /** Which peers speak to this member. */
    Connections connections();

    /** Commands and changes that wait here to be applied. */
    int pendingProposals();

    long memberId();

    long clusterId();

    /** A header with the given revision and this member's ids and term (spec H-1). */
    ResponseHeader header(long revision);

    ActorRef<WatchHub.Command> watchHub();

    ActorRef<Lessor.Command> lessor();

    /** For reads that block: hashes, histories. */
    Executor blockingExecutor();

    /** Calls {@code whenDone} once rows below the compacted revision are removed and that is durable (spec C-3). */
    void afterCompaction(Runnable whenDone);

    /** Completed, never exceptionally, when this member has closed its files, with the reason why. */
    CompletionStage<MemberEnd> ended();
}
