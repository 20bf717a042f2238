package io.actd.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.protobuf.ByteString;
import io.actd.member.Forwarder;
import io.actd.member.ManualClock;
import io.actd.member.MemberMetrics;
import io.actd.member.Reply;
import io.actd.peer.PeerMessage.LeaderQuestionKind;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.LeaseGrantRequest;
import io.actd.protocol.api.LeaseKeepAliveResponse;
import io.actd.protocol.api.LeaseLeasesResponse;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.LeaseStatus;
import io.actd.protocol.api.LeaseTimeToLiveResponse;
import io.actd.protocol.api.PutRequest;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A lessor on a member of its own, under a clock the test moves. */
final class LeaseWorld implements AutoCloseable {
    static final LessorSettings SETTINGS = new LessorSettings(Duration.ofMillis(500), 1000, 300_000, 1000, 7000);
    private static final Duration STEP = SETTINGS.tick();

    private final ActorTestKit kit = ActorTestKit.create(ManualTime.config());
    private final ManualTime timers = ManualTime.get(kit.system());
    private final ManualClock clock = ManualClock.nearOverflow();

    /** What the leader was to be asked. */
    final Queue<LeaderQuestionKind> passedOn = new ConcurrentLinkedQueue<>();

    final DirectMember member;
    final ActorRef<Lessor.Command> lessor;

    LeaseWorld() {
        this(new DirectMember());
    }

    LeaseWorld(DirectMember member) {
        this.member = member;
        var nobody = kit.spawn(Behaviors.receiveMessage(this::refuse));
        lessor = kit.spawn(Lessor.create(member, SETTINGS, clock, MemberMetrics.NONE, nobody));
        member.onChanges(changes -> lessor.tell(new Lessor.Changed(changes)));
        settle();
    }

    /** There is no leader that could be asked: says only whether one is known. */
    private Behavior<Forwarder.Command> refuse(Forwarder.Command command) {
        if (command instanceof Forwarder.Ask ask) {
            passedOn.add(ask.kind());
            ask.reply().done(Outcome.refused(member.status().hasLeader() ? Refusal.NOT_LEADER : Refusal.NO_LEADER));
        }
        return Behaviors.same();
    }

    /** A lessor that leads in term 2. */
    static LeaseWorld leading() {
        var world = new LeaseWorld();
        world.promote(2);
        return world;
    }

    void promote(long term) {
        member.lead(term);
        lessor.tell(new Lessor.Promoted(term));
        settle();
    }

    void demote(long leader) {
        member.follow(leader, 99);
        lessor.tell(Lessor.Demoted.INSTANCE);
        settle();
    }

    /** Time goes on in steps of one tick; each is handled before the next. The test plays the timer. */
    void pass(Duration duration) {
        for (long left = duration.toMillis(); left > 0; left -= STEP.toMillis()) {
            long millis = Math.min(left, STEP.toMillis());
            clock.pass(Duration.ofMillis(millis));
            lessor.tell(Lessor.Tick.INSTANCE);
            settle();
        }
    }

    void passSeconds(long seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    /** Time goes on and the real timer runs; the lessor may lag behind the test. */
    void letTimerRun(Duration duration) {
        clock.pass(duration);
        timers.timePasses(duration);
        settle();
    }

    /** The process sleeps: the clock goes on, nothing runs. */
    void sleep(Duration duration) {
        clock.pass(duration);
    }

    /** Waits until the lessor has handled what it was told, and what it told itself because of that. */
    void settle() {
        for (int i = 0; i < 3; i++) leases();
    }

    long grant(long leaseId, long ttlSeconds) {
        var grant = LeaseGrantRequest.newBuilder().setID(leaseId).setTTL(ttlSeconds);
        assertInstanceOf(
                Outcome.Ok.class, member.run(InternalRaftRequest.newBuilder().setLeaseGrant(grant)));
        settle();
        return leaseId;
    }

    void revoke(long leaseId) {
        var revoke = LeaseRevokeRequest.newBuilder().setID(leaseId);
        assertInstanceOf(
                Outcome.Ok.class, member.run(InternalRaftRequest.newBuilder().setLeaseRevoke(revoke)));
        settle();
    }

    void put(String key, long leaseId) {
        var put = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setLease(leaseId);
        assertInstanceOf(
                Outcome.Ok.class, member.run(InternalRaftRequest.newBuilder().setPut(put)));
    }

    boolean exists(long leaseId) {
        return member.state().leases().find(leaseId) != null;
    }

    CompletableFuture<Outcome> ask(Function<Reply, Lessor.Command> question) {
        var answer = new CompletableFuture<Outcome>();
        lessor.tell(question.apply(answer::complete));
        return answer;
    }

    CompletableFuture<Outcome> keepAliveLater(long leaseId) {
        return ask(reply -> new Lessor.KeepAlive(leaseId, reply));
    }

    LeaseKeepAliveResponse keepAlive(long leaseId) {
        return ok(LeaseKeepAliveResponse.class, keepAliveLater(leaseId));
    }

    LeaseTimeToLiveResponse timeToLive(long leaseId) {
        return ok(LeaseTimeToLiveResponse.class, ask(reply -> new Lessor.TimeToLive(leaseId, true, reply)));
    }

    List<Long> leases() {
        return ok(LeaseLeasesResponse.class, ask(Lessor.Leases::new)).getLeasesList().stream()
                .map(LeaseStatus::getID)
                .toList();
    }

    /** Waits for a long chain of revocations, each begun when an earlier one ends. */
    void awaitNoLeases() {
        for (int i = 0; i < 10_000 && !leases().isEmpty(); i++) settle();
        assertEquals(List.of(), leases());
    }

    static Outcome outcome(CompletableFuture<Outcome> answer) {
        return answer.orTimeout(10, TimeUnit.SECONDS).join();
    }

    static <T> T ok(Class<T> type, CompletableFuture<Outcome> answer) {
        return type.cast(assertInstanceOf(Outcome.Ok.class, outcome(answer)).response());
    }

    static void assertRefused(Refusal refusal, CompletableFuture<Outcome> answer) {
        assertEquals(Outcome.refused(refusal), outcome(answer));
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
        member.close();
    }
}
