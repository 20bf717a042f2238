package io.actd.member;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.actd.lease.Lessor;
import io.actd.peer.PeerMessage.LeaderAnswer;
import io.actd.peer.PeerMessage.LeaderQuestion;
import io.actd.peer.PeerMessage.LeaderQuestionKind;
import io.actd.peer.PeerTransport;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.LeaseKeepAliveRequest;
import io.actd.protocol.api.LeaseKeepAliveResponse;
import io.actd.protocol.api.LeaseTimeToLiveRequest;
import io.actd.protocol.api.LeaseTimeToLiveResponse;
import io.actd.protocol.api.MemberListResponse;
import io.actd.protocol.api.MemberPromoteRequest;
import io.actd.world.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Takes to the leader what only the leader can answer and the log can not carry, and hands such questions of other
 * members to whom they concern here (spec L-13, L-16, M-10).
 *
 * <p>Who sends: the lessor and the member's door {@link Ask}; {@link PeerRoutes} {@link Asked} and {@link Answered}; the
 * guardian {@link LeaderChanged}.
 *
 * <p>What is bounded: open questions, beyond which the answer is {@link Refusal#TOO_MANY_REQUESTS}; each waits for T at
 * the longest.
 *
 * <p>On failure: restarted; whoever waits is refused.
 */
public final class Forwarder extends AbstractMatchingBehavior<Forwarder.Command> {
    /** What the forwarder is told. */
    public sealed interface Command {}

    /** Answered with the response that belongs to the kind, with a header of this member. */
    public record Ask(LeaderQuestionKind kind, ByteString request, Reply reply) implements Command {}

    /** Another member believes that this one leads. */
    record Asked(LeaderQuestion question) implements Command {}

    /** The answer of another member. */
    record Answered(LeaderAnswer answer) implements Command {}

    /** Another one leads, or nobody does. */
    enum LeaderChanged implements Command {
        INSTANCE
    }

    private enum Tick implements Command {
        INSTANCE
    }

    private static final int MAX_OPEN = 10_000;

    /** A question on its way. */
    private static final class Open {
        final Ask ask;
        final long askedNanos;
        /** Store revision before anything was tried (spec H-2). */
        final long headerRevision;

        long sentTo;
        long sentNanos;

        Open(Ask ask, long askedNanos, long headerRevision) {
            this.ask = ask;
            this.askedNanos = askedNanos;
            this.headerRevision = headerRevision;
        }
    }

    private final MemberApi member;
    private final PeerTransport peers;
    private final Clock clock;
    private final long patienceNanos;
    private final long requestTimeoutNanos;
    private final Map<Long, Open> open = new HashMap<>();
    private long lastQuestionId;

    private Forwarder(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            MemberApi member,
            PeerTransport peers,
            MemberConfig config,
            Clock clock) {
        super(context);
        this.member = member;
        this.peers = peers;
        this.clock = clock;
        this.patienceNanos = config.electionTimeout().toNanos();
        this.requestTimeoutNanos = config.requestTimeout().toNanos();
        // A late answer to a question of the process before must not be taken for one to a question of this one.
        this.lastQuestionId = member.nextRequestId();
        timers.startTimerWithFixedDelay(Tick.INSTANCE, tick(config));
    }

    static Behavior<Command> create(MemberApi member, PeerTransport peers, MemberConfig config, Clock clock) {
        return Behaviors.supervise(Behaviors.<Command>setup(context ->
                        Behaviors.withTimers(timers -> new Forwarder(context, timers, member, peers, config, clock))))
                .onFailure(Exception.class, SupervisorStrategy.restart());
    }

    private static Duration tick(MemberConfig config) {
        return config.electionTimeout().dividedBy(2);
    }

    @Override
    public Behavior<Command> onMessage(Command command) {
        switch (command) {
            case Ask ask -> onAsk(ask);
            case Asked asked -> onAsked(asked.question());
            case Answered answered -> onAnswered(answered.answer());
            case LeaderChanged changed -> onLeaderChanged();
            case Tick tick -> onTick();
        }
        return this;
    }

    @Override
    public Behavior<Command> onSignal(Signal signal) {
        if (signal instanceof PreRestart || signal instanceof PostStop) {
            for (var question : open.values()) question.ask.reply().done(Outcome.refused(Refusal.STOPPED));
            open.clear();
            return this;
        }
        return Behaviors.unhandled();
    }

    // ---- questions of this member

    private void onAsk(Ask ask) {
        if (open.size() >= MAX_OPEN) {
            ask.reply().done(Outcome.refused(Refusal.TOO_MANY_REQUESTS));
            return;
        }
        long id = ++lastQuestionId;
        var question = new Open(ask, clock.nanoTime(), member.state().store().revision());
        open.put(id, question);
        send(id, question);
    }

    private void send(long id, Open question) {
        long leader = member.status().leader();
        if (leader == 0) return;
        if (leader == member.memberId()) {
            open.remove(id);
            answerHere(question.ask.kind(), question.ask.request(), false, question.ask.reply());
            return;
        }
        question.sentTo = leader;
        question.sentNanos = clock.nanoTime();
        peers.send(new LeaderQuestion(member.memberId(), leader, id, question.ask.kind(), question.ask.request()));
    }

    private void onLeaderChanged() {
        long leader = member.status().leader();
        for (long id : List.copyOf(open.keySet())) {
            var question = open.get(id);
            if (question != null && question.sentTo != leader && maySend(question)) send(id, question);
        }
    }

    /** A promotion may have been carried out although its answer was lost; asked twice it would be refused then. */
    private static boolean maySend(Open question) {
        return question.sentTo == 0 || question.ask.kind() != LeaderQuestionKind.PROMOTE;
    }

    private void onAnswered(LeaderAnswer answer) {
        var question = open.get(answer.questionId());
        if (question == null) return; // answered or given up before
        if (answer.refusal() == null) {
            open.remove(answer.questionId());
            question.ask.reply().done(Outcome.ok(response(question, answer.response())));
        } else if (leadershipMoved(answer.refusal())) {
            if (answer.from() != question.sentTo) return; // late: another was asked meanwhile
            question.sentTo = 0; // asked again with the next tick, or once another leader is known
        } else {
            open.remove(answer.questionId());
            question.ask.reply().done(Outcome.refused(answer.refusal()));
        }
    }

    private static boolean leadershipMoved(Refusal refusal) {
        return switch (refusal) {
            case NOT_LEADER, NO_LEADER, LEADER_CHANGED, NOT_PRIMARY_LESSOR, STOPPED -> true;
            default -> false;
        };
    }

    private void onTick() {
        long now = clock.nanoTime();
        for (long id : List.copyOf(open.keySet())) {
            var question = open.get(id);
            if (question == null) continue;
            if (now - question.askedNanos > requestTimeoutNanos) {
                open.remove(id);
                question.ask
                        .reply()
                        .done(Outcome.refused(member.status().hasLeader() ? Refusal.TIMEOUT : Refusal.NO_LEADER));
            } else if (question.sentTo == 0 || (now - question.sentNanos >= patienceNanos && maySend(question))) {
                send(id, question);
            }
        }
    }

    /** As the leader answered, under a header of the member that answers its client (spec H-1). */
    private Message response(Open question, ByteString encoded) {
        try {
            return switch (question.ask.kind()) {
                case KEEP_ALIVE ->
                    LeaseKeepAliveResponse.parseFrom(encoded).toBuilder()
                            .setHeader(member.header(question.headerRevision))
                            .build();
                case TIME_TO_LIVE ->
                    LeaseTimeToLiveResponse.parseFrom(encoded).toBuilder()
                            .setHeader(member.header(member.state().store().revision()))
                            .build();
                case PROMOTE ->
                    MemberListResponse.parseFrom(encoded).toBuilder()
                            .setHeader(member.header(0))
                            .build();
            };
        } catch (InvalidProtocolBufferException e) {
            throw unreadable(question.ask.kind(), e);
        }
    }

    // ---- questions of others

    private void onAsked(LeaderQuestion question) {
        if (!member.status().isLeader()) {
            answer(question, Outcome.refused(Refusal.NOT_LEADER));
            return;
        }
        answerHere(question.kind(), question.request(), true, outcome -> answer(question, outcome));
    }

    private void answer(LeaderQuestion question, Outcome outcome) {
        peers.send(
                switch (outcome) {
                    case Outcome.Ok ok -> answer(question, ok.response().toByteString());
                    case Outcome.Refused refused ->
                        new LeaderAnswer(
                                member.memberId(),
                                question.from(),
                                question.questionId(),
                                ByteString.EMPTY,
                                refused.refusal());
                });
    }

    private LeaderAnswer answer(LeaderQuestion question, ByteString response) {
        return new LeaderAnswer(member.memberId(), question.from(), question.questionId(), response, null);
    }

    private void answerHere(LeaderQuestionKind kind, ByteString request, boolean relayed, Reply reply) {
        try {
            switch (kind) {
                case KEEP_ALIVE ->
                    member.lessor()
                            .tell(new Lessor.KeepAlive(
                                    LeaseKeepAliveRequest.parseFrom(request).getID(), relayed, reply));
                case TIME_TO_LIVE -> {
                    var asked = LeaseTimeToLiveRequest.parseFrom(request);
                    member.lessor().tell(new Lessor.TimeToLive(asked.getID(), asked.getKeys(), reply));
                }
                case PROMOTE ->
                    member.changeMembers(
                            new MemberChange.Promote(
                                    MemberPromoteRequest.parseFrom(request).getID()),
                            reply);
            }
        } catch (InvalidProtocolBufferException e) {
            throw unreadable(kind, e);
        }
    }

    private static IllegalStateException unreadable(LeaderQuestionKind kind, InvalidProtocolBufferException e) {
        return new IllegalStateException("unreadable: " + kind, e);
    }
}
