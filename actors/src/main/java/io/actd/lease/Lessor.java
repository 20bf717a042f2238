package io.actd.lease;

import io.actd.apply.LeaseChange;
import io.actd.member.Forwarder;
import io.actd.member.MemberApi;
import io.actd.member.MemberConfig;
import io.actd.member.MemberMetrics;
import io.actd.member.Reply;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.world.Clock;
import io.actd.world.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Expiry clock of the leader; proposes revocations and checkpoints. A lease lives at least its time to live after its
 * grant, its last answered keep-alive, or a change of leader; what ends it is always a command in the log.
 *
 * <p>Who sends: the applier {@link Changed}; the Raft role {@link Promoted} and {@link Demoted}; the API layer the rest.
 *
 * <p>What is bounded: revocations under way, in number and per round; checkpoints per round; requests that wait here,
 * beyond which the answer is {@link Refusal#TOO_MANY_REQUESTS}. A member that does not lead keeps nothing: it
 * passes questions of its clients on to the {@link Forwarder}.
 *
 * <p>On failure: restarted. Nothing here is worth keeping: leases are in the applied state, and a clock that begins
 * anew is a change of leader as far as leases are concerned. Requests that waited are refused.
 */
public final class Lessor extends AbstractMatchingBehavior<Lessor.Command> {
    /** What the lessor is told. */
    public sealed interface Command {}

    /** The applier: these changes are applied, in order. */
    public record Changed(List<LeaseChange> changes) implements Command {}

    /** This member became leader: every lease gets its remaining life plus an election timeout (spec L-6). */
    public record Promoted(long term) implements Command {}

    /** This member leads no longer: nothing expires here (spec L-5). */
    public enum Demoted implements Command {
        INSTANCE
    }

    /** What the leader's clock answers. */
    public sealed interface Question extends Command {
        long leaseId();

        Reply reply();
    }

    /**
     * A client's keep-alive; answered with a LeaseKeepAliveResponse (spec L-10 to L-14).
     *
     * @param relayed by another member, which asks the next leader itself: passed on from here as well, the lease could be
     *     renewed once more long after the client was answered
     */
    public record KeepAlive(long leaseId, boolean relayed, Reply reply) implements Question {
        /** One of a client of this member. */
        public KeepAlive(long leaseId, Reply reply) {
            this(leaseId, false, reply);
        }
    }

    /** Answered with a LeaseTimeToLiveResponse (spec L-16). */
    public record TimeToLive(long leaseId, boolean keys, Reply reply) implements Question {}

    /** Answered with a LeaseLeasesResponse (spec L-17). */
    public record Leases(Reply reply) implements Command {}

    /** The timer, and the only one there is. */
    enum Tick implements Command {
        INSTANCE
    }

    /** Leadership was confirmed and everything committed before is applied; or it could not be. */
    private record Confirmed(long attempt, @Nullable Refusal refusal) implements Command {}

    /** Not everything that may concern this keep-alive was applied; now everything committed is. */
    private record RenewalSure(Renewal renewal, @Nullable Refusal refusal) implements Command {}

    private record TimeToLiveSure(
            TimeToLive request, @Nullable Refusal refusal) implements Command {}

    /** The recorded remaining life of this lease is cleared, or could not be. */
    private record CheckpointCleared(Renewal renewal, Outcome outcome) implements Command {}

    private record RevokeEnded(long leadership, long leaseId, Outcome outcome) implements Command {}

    private static final int CHECKPOINTS_PER_ROUND = 500;
    private static final int MAX_WAITING = 10_000;

    private final MemberApi member;
    private final LessorSettings settings;
    private final MemberMetrics metrics;
    private final WayToLeader leader;
    private final Clock time;
    private final LeaseAnswers answers;
    private final Consensus consensus;
    private final long originNanos;

    /** Counts promotions and demotions, so that late answers of an earlier leadership are told apart. */
    private long leadership;

    /** Zero unless this member leads. */
    private long leadingTerm;
    /** Null unless this member leads and has confirmed it once. */
    private @Nullable LeaseClock clock;
    /** Leadership holds as far as known: nothing stalled since it was last confirmed (spec L-13). */
    private boolean confirmed;

    private boolean confirming;
    private long confirmAttempt;
    private long lastHeardMillis;

    /** Requests that wait for leadership to be confirmed, in order. */
    private final Deque<Question> parked = new ArrayDeque<>();

    private final Revocations revocations = new Revocations();
    /** Keep-alives on expired leases. */
    private int waiting;

    /** @param forwarder takes questions to the leader while this member is not it */
    public static Behavior<Command> create(
            MemberApi member,
            MemberConfig config,
            World world,
            MemberMetrics metrics,
            ActorRef<Forwarder.Command> forwarder) {
        return create(member, LessorSettings.of(config), world.clock(), metrics, forwarder);
    }

    static Behavior<Command> create(
            MemberApi member,
            LessorSettings settings,
            Clock clock,
            MemberMetrics metrics,
            ActorRef<Forwarder.Command> forwarder) {
        return Behaviors.supervise(Behaviors.<Command>setup(context -> Behaviors.withTimers(
                        timers -> new Lessor(context, timers, member, settings, clock, metrics, forwarder))))
                .onFailure(Exception.class, SupervisorStrategy.restart());
    }

    private Lessor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            MemberApi member,
            LessorSettings settings,
            Clock time,
            MemberMetrics metrics,
            ActorRef<Forwarder.Command> forwarder) {
        super(context);
        this.member = member;
        this.settings = settings;
        this.time = time;
        this.metrics = metrics;
        this.leader = new WayToLeader(forwarder);
        this.answers = new LeaseAnswers(member);
        this.consensus = new Consensus(member, context.getSelf());
        this.originNanos = time.nanoTime();
        // Fixed delay: after a pause of the process one round is enough.
        timers.startTimerWithFixedDelay(Tick.INSTANCE, settings.tick());
        // After a restart nobody will say it again.
        var status = member.status();
        if (status.isLeader()) onPromoted(status.term());
    }

    @Override
    public Behavior<Command> onMessage(Command message) {
        switch (message) {
            case Changed changed -> onChanged(changed.changes());
            case Promoted promoted -> onPromoted(promoted.term());
            case Demoted demoted -> onDemoted();
            case KeepAlive keepAlive ->
                whenLeading(keepAlive, () -> renew(new Renewal(keepAlive, answers.storeRevision(), false)));
            case TimeToLive request -> whenLeading(request, () -> tell(request, false));
            case Leases request -> onLeases(request.reply());
            case Tick tick -> onTick();
            case Confirmed confirmation -> onConfirmed(confirmation);
            case RenewalSure sure -> onRenewalSure(sure);
            case TimeToLiveSure sure -> onTimeToLiveSure(sure);
            case CheckpointCleared cleared -> onCheckpointCleared(cleared);
            case RevokeEnded ended -> onRevokeEnded(ended);
        }
        return this;
    }

    @Override
    public Behavior<Command> onSignal(Signal signal) {
        if (signal instanceof PreRestart || signal instanceof PostStop) {
            parked.forEach(request -> refuse(request, Refusal.STOPPED));
            takeWaiters().forEach(renewal -> renewal.reply().done(Outcome.refused(Refusal.STOPPED)));
            return this;
        }
        return Behaviors.unhandled();
    }

    // ---- what the log decided

    private void onChanged(List<LeaseChange> changes) {
        for (var change : changes) {
            switch (change) {
                case LeaseChange.Granted granted -> onGranted(granted);
                case LeaseChange.Revoked revoked -> onRevoked(revoked.leaseId());
                // Recorded by this clock itself; what earlier leaders recorded was read at the promotion.
                case LeaseChange.Checkpointed checkpointed -> {}
            }
        }
    }

    private void onGranted(LeaseChange.Granted granted) {
        metrics.leaseGranted(granted.ttlSeconds());
        if (clock != null) clock.grant(granted.leaseId(), granted.ttlSeconds(), now());
    }

    private void onRevoked(long leaseId) {
        metrics.leaseRevoked();
        if (clock != null) gone(clock, leaseId);
    }

    /** Spec L-12: who waited for the revocation is answered now. */
    private void gone(LeaseClock leases, long leaseId) {
        var lease = leases.remove(leaseId);
        if (lease == null) return;
        waiting -= lease.waiters.size();
        lease.waiters.forEach(answers::gone);
    }

    // ---- leading

    private void onPromoted(long term) {
        if (leadingTerm == term) return;
        if (leadingTerm != 0) onDemoted();
        leadership++;
        leadingTerm = term;
        confirm();
    }

    private void onDemoted() {
        leadership++;
        leadingTerm = 0;
        confirmed = false;
        confirming = false;
        revocations.clear();
        var waiters = takeWaiters();
        clock = null;
        waiters.forEach(renewal -> leader.renew(renewal.asked()));
        unpark(request -> {
            // errors.md §6: a TimeToLive that meets a demotion.
            if (request instanceof TimeToLive) refuse(request, Refusal.LEADER_CHANGED);
            else leader.ask(request);
        });
    }

    private List<Renewal> takeWaiters() {
        var waiters = new ArrayList<Renewal>(waiting);
        if (clock != null && waiting > 0) clock.all().forEach(lease -> waiters.addAll(lease.waiters));
        waiting = 0;
        return waiters;
    }

    /** Asks for proof that this member leads, with everything committed applied. One attempt at a time. */
    private void confirm() {
        confirmed = false;
        if (confirming) return;
        confirming = true;
        long attempt = ++confirmAttempt;
        consensus.whenApplied(refusal -> new Confirmed(attempt, refusal));
    }

    private void onConfirmed(Confirmed confirmation) {
        if (!confirming || confirmation.attempt() != confirmAttempt) return;
        confirming = false;
        if (confirmation.refusal() != null) {
            // The next tick asks again.
            unpark(request -> refuse(request, Refusal.NOT_PRIMARY_LESSOR));
            return;
        }
        confirmed = true;
        lastHeardMillis = now();
        if (clock == null) {
            clock = LeaseClock.promoted(
                    member.state().leases().all(),
                    now(),
                    settings.electionTimeoutMillis(),
                    settings.checkpointMillis());
        }
        unpark(this::onMessage);
        var leases = clock;
        // What fell due while leadership was in doubt need not wait for the next tick as well.
        if (confirmed && leases != null) lookAfter(leases);
    }

    private void unpark(Consumer<Question> handler) {
        var all = List.copyOf(parked);
        parked.clear();
        all.forEach(handler);
    }

    /** Runs the action now if this member surely leads, later if it does not know yet; else the leader is to answer. */
    private void whenLeading(Question request, Runnable action) {
        boolean promotionIsOnItsWay = leadingTerm == 0 && member.status().isLeader();
        if (leadingTerm == 0 && !promotionIsOnItsWay) {
            leader.ask(request);
            return;
        }
        noticeStall();
        if (confirmed) action.run();
        else if (parked.size() < MAX_WAITING) parked.add(request);
        else refuse(request, Refusal.TOO_MANY_REQUESTS);
    }

    /**
     * A process that slept may have been deposed meanwhile without knowing (spec L-13, faults L1): before it answers for
     * a lease, or ends one, it makes sure.
     */
    private void noticeStall() {
        long now = now();
        if (confirmed && now - lastHeardMillis > settings.stallMillis()) confirm();
        lastHeardMillis = now;
    }

    private void onTick() {
        if (leadingTerm == 0) {
            // The promotion they waited for did not come.
            if (!member.status().isLeader()) unpark(leader::ask);
            return;
        }
        noticeStall();
        var leases = clock;
        if (!confirmed || leases == null) {
            confirm();
            return;
        }
        lookAfter(leases);
    }

    private void lookAfter(LeaseClock leases) {
        revocations.add(leases.takeExpired(now(), revocations.room()));
        revokeDue(leases);
        var checkpoints = leases.takeCheckpoints(now(), CHECKPOINTS_PER_ROUND); // spec L-7
        if (!checkpoints.isEmpty()) consensus.checkpoint(leadingTerm, checkpoints);
    }

    // ---- expiry (spec L-5)

    private void revokeDue(LeaseClock leases) {
        long during = leadership;
        for (var lease = revocations.begin(leases); lease != null; lease = revocations.begin(leases)) {
            long leaseId = lease.id;
            consensus.revoke(leadingTerm, leaseId, outcome -> new RevokeEnded(during, leaseId, outcome));
        }
    }

    private void onRevokeEnded(RevokeEnded ended) {
        revocations.end();
        var leases = clock;
        if (leases == null || ended.leadership() != leadership) return;
        if (ended.outcome() instanceof Outcome.Ok) metrics.leaseExpired();
        var lease = leases.find(ended.leaseId());
        if (lease != null) {
            switch (ended.outcome()) {
                // Changed says so as well; if it does not, the lease is tried again.
                case Outcome.Ok ok -> leases.retry(lease, now() + settings.requestTimeoutMillis());
                case Outcome.Refused refused
                when refused.refusal() == Refusal.LEASE_NOT_FOUND -> gone(leases, lease.id);
                case Outcome.Refused refused -> leases.retry(lease, now());
            }
        }
        revokeDue(leases);
    }

    // ---- keep-alive

    private void renew(Renewal renewal) {
        var leases = clock;
        if (leases == null) {
            leader.renew(renewal.asked());
            return;
        }
        var lease = findApplied(leases, renewal.leaseId());
        if (!renewal.sure() && (lease == null || mayBeWrong())) {
            consensus.whenApplied(refusal -> new RenewalSure(renewal.nowSure(), refusal));
        } else if (lease == null) {
            answers.gone(renewal); // spec L-11
        } else if (lease.isExpired(now())) {
            awaitRevocation(lease, renewal);
        } else if (lease.checkpointSeconds > 0) {
            clearCheckpoint(leases, lease, renewal);
        } else {
            leases.renew(lease, now());
            metrics.leaseRenewed();
            answers.renewed(renewal, lease.ttlSeconds);
        }
    }

    /**
     * A revocation that is committed may have been answered elsewhere already: what is not applied yet has to be before
     * anything is said of a lease (spec L-13, faults L3). And where others vote, one of them may have been elected, and
     * have ended the lease, without this member's knowledge: it asks them first, as a linearizable read does. Even one
     * other voter is enough: a leader that was removed goes on for a while.
     */
    private boolean mayBeWrong() {
        var state = member.state();
        return state.appliedIndex() < member.status().commitIndex()
                || state.membership().voters().stream().anyMatch(voter -> voter != member.memberId());
    }

    /** Null also for a lease whose revocation is applied, though this mailbox has not shown it yet. */
    private @Nullable Lease findApplied(LeaseClock leases, long leaseId) {
        return member.state().leases().find(leaseId) == null ? null : leases.find(leaseId);
    }

    /** Spec L-12. */
    private void awaitRevocation(Lease lease, Renewal renewal) {
        if (waiting >= MAX_WAITING) {
            renewal.reply().done(Outcome.refused(Refusal.TOO_MANY_REQUESTS));
            return;
        }
        waiting++;
        lease.waiters.add(renewal);
    }

    /**
     * A recorded remaining life must not outlive the renewal: the next leader would end the lease by it. So the client
     * is told only when the record is cleared.
     */
    private void clearCheckpoint(LeaseClock leases, Lease lease, Renewal renewal) {
        leases.postponeCheckpoint(lease, now());
        consensus.clearCheckpoint(leadingTerm, lease.id, outcome -> new CheckpointCleared(renewal, outcome));
    }

    private void onCheckpointCleared(CheckpointCleared cleared) {
        if (cleared.outcome() instanceof Outcome.Refused refused) {
            if (refused.refusal() == Refusal.LEADER_CHANGED)
                leader.renew(cleared.renewal().asked());
            else cleared.renewal().reply().done(refused);
            return;
        }
        var lease = clock == null ? null : clock.find(cleared.renewal().leaseId());
        if (lease != null) lease.checkpointSeconds = 0;
        renew(cleared.renewal());
    }

    private void onRenewalSure(RenewalSure sure) {
        if (sure.refusal() == Refusal.LEADER_CHANGED) { // spec L-12: the next one is to answer
            leader.renew(sure.renewal().asked());
            return;
        }
        if (sure.refusal() != null) {
            sure.renewal().reply().done(Outcome.refused(sure.refusal()));
            return;
        }
        learn(sure.renewal().leaseId());
        renew(sure.renewal());
    }

    /** The applied state may know a grant that this mailbox has not shown yet. */
    private void learn(long leaseId) {
        if (clock == null || clock.find(leaseId) != null) return;
        var info = member.state().leases().find(leaseId);
        if (info != null) clock.grant(leaseId, info.ttlSeconds(), now());
    }

    // ---- questions

    private void tell(TimeToLive request, boolean sure) {
        var leases = clock;
        if (leases == null) {
            refuse(request, Refusal.LEADER_CHANGED);
            return;
        }
        var lease = findApplied(leases, request.leaseId());
        if (!sure && (lease == null || mayBeWrong()))
            consensus.whenApplied(refusal -> new TimeToLiveSure(request, refusal));
        else if (lease == null) answers.unknown(request);
        else answers.timeToLive(request, lease.ttlSeconds, lease.expiresAt - now());
    }

    private void onTimeToLiveSure(TimeToLiveSure sure) {
        if (sure.refusal() != null) {
            refuse(sure.request(), sure.refusal());
            return;
        }
        learn(sure.request().leaseId());
        tell(sure.request(), true);
    }

    private void onLeases(Reply reply) {
        answers.leases(clock == null ? List.of() : clock.all(), reply);
    }

    // ---- small things

    private long now() {
        return (time.nanoTime() - originNanos) / 1_000_000;
    }

    private static void refuse(Question request, Refusal refusal) {
        request.reply().done(Outcome.refused(refusal));
    }
}
