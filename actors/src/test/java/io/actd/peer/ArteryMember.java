package io.actd.peer;

import com.typesafe.config.ConfigFactory;
import io.actd.world.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.pekko.actor.DeadLetter;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.Assertions;

/** An actor system on a port of its own with nothing in it but its way to others; says what it hears. */
final class ArteryMember implements AutoCloseable, PeerListener, PeerMetrics {
    /** Quicker to notice and to agree than in production. */
    private static final String HASTE = """
            actd.peer.forget-removed-after = 500 ms
            pekko.cluster {
              failure-detector { heartbeat-interval = 200 ms, acceptable-heartbeat-pause = 1 s }
              gossip-interval = 200 ms
              leader-actions-interval = 200 ms
              unreachable-nodes-reaper-interval = 200 ms
              periodic-tasks-initial-delay = 200 ms
              seed-node-timeout = 1 s
              retry-unsuccessful-join-after = 500 ms
            }
            pekko.remote.artery.advanced.compression {
              actor-refs.advertisement-interval = 100 ms
              manifests.advertisement-interval = 100 ms
            }
            """;

    final BlockingQueue<PeerMessage> inbox = new LinkedBlockingQueue<>();
    final BlockingQueue<Long> lost = new LinkedBlockingQueue<>();
    final Map<Long, AtomicLong> sendFailures = new ConcurrentHashMap<>();
    final Map<Long, AtomicLong> receiveFailures = new ConcurrentHashMap<>();
    final CompletableFuture<Void> quarantined = new CompletableFuture<>();
    final ActorSystem<DeadLetter> system;
    final PeerTransport transport;
    private final PeerIdentity self;
    private final ArteryNetwork network;
    private final String url;
    private volatile Consumer<PeerMessage> before = message -> {};

    ArteryMember(long clusterId, long memberId, String url) {
        this(clusterId, memberId, url, "", false);
    }

    private ArteryMember(long clusterId, long memberId, String url, String settings, boolean late) {
        self = new PeerIdentity(clusterId, memberId);
        network = new ArteryNetwork(this, Clock.system(), () -> quarantined.complete(null));
        var opened = new CompletableFuture<PeerTransport>();
        var config = ConfigFactory.parseString(settings)
                .withFallback(ConfigFactory.parseString(HASTE))
                .withFallback(PeerConfig.of(url, List.of(url)))
                .withFallback(ConfigFactory.load());
        system = ActorSystem.create(
                Behaviors.setup(context -> {
                    if (late) return whenCalledInVain(context, () -> opened.complete(open(context)));
                    opened.complete(open(context));
                    return Behaviors.empty();
                }),
                "actd",
                config);
        transport = opened.join();
        var address = Cluster.get(system).selfMember().address();
        this.url = "http://" + address.getHost().get() + ":" + address.getPort().get();
    }

    /** On a port that is free. */
    static ArteryMember start(long memberId) {
        return new ArteryMember(Samples.CLUSTER, memberId, "http://127.0.0.1:0");
    }

    /** One that keeps no more than that many messages to a peer, by either channel, which are not yet sent. */
    static ArteryMember startWithQueues(long memberId, int messages) {
        var settings = "pekko.remote.artery.advanced { outbound-message-queue-size = " + messages
                + ", outbound-large-message-queue-size = " + messages + " }";
        return new ArteryMember(Samples.CLUSTER, memberId, "http://127.0.0.1:0", settings, false);
    }

    /** Its inbox is not there before somebody has sent to it in vain; returns then. */
    static ArteryMember startLate(long memberId, String url) {
        return new ArteryMember(Samples.CLUSTER, memberId, url, "", true);
    }

    private PeerTransport open(ActorContext<DeadLetter> context) {
        return network.open(context, self, this);
    }

    private static Behavior<DeadLetter> whenCalledInVain(ActorContext<DeadLetter> context, Runnable action) {
        context.getSystem().eventStream().tell(new EventStream.Subscribe<>(DeadLetter.class, context.getSelf()));
        return Behaviors.receiveMessage(letter -> {
            if (!(letter.message() instanceof Packet)) return Behaviors.same();
            action.run();
            return Behaviors.empty();
        });
    }

    /** Ends this life and begins another at the same address. */
    ArteryMember restart() {
        close();
        return new ArteryMember(self.clusterId(), self.memberId(), url);
    }

    /** All of them know each other. */
    static void meet(ArteryMember... members) {
        var addresses = new ArrayList<PeerAddress>();
        for (var member : members) addresses.add(member.address());
        for (var member : members) member.knows(addresses);
    }

    void knows(Collection<PeerAddress> addresses) {
        transport.members(addresses);
    }

    PeerAddress address() {
        return new PeerAddress(self.memberId(), List.of(url));
    }

    ClusterSight sight() {
        return network.sight();
    }

    /** Runs on the inbox's thread before a message is put where the test finds it. */
    void beforeReceiving(Consumer<PeerMessage> action) {
        before = action;
    }

    PeerMessage receive() throws InterruptedException {
        var message = inbox.poll(10, TimeUnit.SECONDS);
        return Assertions.assertInstanceOf(PeerMessage.class, message, "nothing arrived");
    }

    void await(BooleanSupplier condition) {
        var probe = TestProbe.create(system);
        probe.awaitAssert(Duration.ofSeconds(20), Duration.ofMillis(50), () -> {
            Assertions.assertTrue(condition.getAsBoolean());
            return null;
        });
        probe.stop();
    }

    /** From then on every loss that Artery notices is counted: who counts them begins in its own time. */
    void awaitCounting() {
        var lost = Packet.Letter.of(self.clusterId(), Samples.heartbeat(self.memberId(), 99, 1));
        await(() -> {
            system.deadLetters().tell(lost);
            return count(sendFailures, 99) > 0;
        });
    }

    static long count(Map<Long, AtomicLong> counts, long peer) {
        return counts.getOrDefault(peer, new AtomicLong()).get();
    }

    @Override
    public void received(PeerMessage message) {
        before.accept(message);
        inbox.add(message);
    }

    @Override
    public void lost(long peer) {
        lost.add(peer);
    }

    @Override
    public void sendFailed(long peer) {
        sendFailures.computeIfAbsent(peer, id -> new AtomicLong()).incrementAndGet();
    }

    @Override
    public void receiveFailed(long peer) {
        receiveFailures.computeIfAbsent(peer, id -> new AtomicLong()).incrementAndGet();
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
