package io.actd.simulation.cluster;

import io.actd.peer.PeerAddress;
import io.actd.peer.PeerIdentity;
import io.actd.peer.PeerListener;
import io.actd.peer.PeerMessage;
import io.actd.peer.PeerNetwork;
import io.actd.peer.PeerTransport;
import io.actd.raft.Message;
import io.actd.simulation.thread.RunQueue;
import io.actd.simulation.thread.VirtualProcess;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/**
 * The network between members: every message takes its own time, may be lost, come twice or overtake another, and a
 * direction may be cut. What it does is drawn by the seed.
 */
public final class SimulatedNetwork {
    private static final long USUAL_NANOS = 500_000;

    /** Who listens under a member id at the moment. */
    private record Endpoint(VirtualProcess process, PeerListener listener) {}

    /** One direction between two members. */
    public record Link(long from, long to) {}

    /** Told of every message that is sent, before it is lost or delivered. */
    @FunctionalInterface
    public interface Tap {
        void sent(PeerMessage message);
    }

    private final RunQueue queue;
    private final SplittableRandom random;
    private final VirtualProcess wire;
    private final Tap tap;
    private final Map<Long, Endpoint> endpoints = new HashMap<>();
    private final Map<Link, Long> lastArrival = new HashMap<>();
    private final Map<Link, Integer> cuts = new HashMap<>();
    private NetworkWeather weather = NetworkWeather.FAIR;
    private final Map<Link, Long> cutOff = new HashMap<>();
    private long hitByWeather;
    private long delivered;
    private long lost;

    public SimulatedNetwork(RunQueue queue, SplittableRandom random, Tap tap) {
        this.queue = queue;
        this.random = random;
        this.tap = tap;
        this.wire = new VirtualProcess("net", queue, 1);
    }

    /** The way a process of a member gets to its peers. */
    public PeerNetwork of(VirtualProcess process) {
        return new PeerNetwork() {
            @Override
            public PeerTransport open(ActorContext<?> guardian, PeerIdentity self, PeerListener listener) {
                endpoints.put(self.memberId(), new Endpoint(process, listener));
                return new Transport(process);
            }
        };
    }

    public void weather(NetworkWeather now) {
        weather = now;
    }

    public NetworkWeather weather() {
        return weather;
    }

    /** Cuts one direction. Cuts add up: each is undone by one {@link #mend}. */
    public void cut(Link link) {
        cuts.merge(link, 1, Integer::sum);
    }

    public void mend(Link cut) {
        cuts.computeIfPresent(cut, (link, times) -> times == 1 ? null : times - 1);
    }

    /** Messages that a cut of this direction kept from arriving. */
    public long cutOff(Link link) {
        return cutOff.getOrDefault(link, 0L);
    }

    /** Messages that the weather lost or delayed. */
    public long hitByWeather() {
        return hitByWeather;
    }

    public long delivered() {
        return delivered;
    }

    public long lost() {
        return lost;
    }

    private final class Transport implements PeerTransport {
        private final VirtualProcess process;
        private @Nullable Set<Long> members;

        Transport(VirtualProcess process) {
            this.process = process;
        }

        @Override
        public void send(PeerMessage message) {
            if (!process.isAlive()) return;
            tap.sent(message);
            boolean known = members == null || members.contains(message.to());
            if (!known) return;
            if (isLost(message)) {
                lost++;
                return;
            }
            post(message);
            if (mayComeTwice(message) && random.nextInt(1000) < weather.twiceOf1000()) post(message);
        }

        @Override
        public void members(Collection<PeerAddress> now) {
            members = now.stream().map(PeerAddress::memberId).collect(Collectors.toCollection(HashSet::new));
        }

        @Override
        public void introduce(PeerAddress stranger) {
            if (members != null) members.add(stranger.memberId());
        }
    }

    /**
     * The transport promises at most once. What the rules say to each other may come twice all the same, they have to
     * live with that; a client's command, passed on, would be executed twice.
     */
    private static boolean mayComeTwice(PeerMessage message) {
        return !(message instanceof PeerMessage.Raft raft && raft.message() instanceof Message.ForwardedProposal);
    }

    private boolean isLost(PeerMessage message) {
        if (isCut(message)) return true;
        boolean blown = random.nextInt(1000) < weather.lostOf1000();
        if (blown) hitByWeather++;
        return blown;
    }

    private boolean isCut(PeerMessage message) {
        var link = new Link(message.from(), message.to());
        if (!cuts.containsKey(link)) return false;
        cutOff.merge(link, 1L, Long::sum);
        return true;
    }

    private void post(PeerMessage message) {
        var link = new Link(message.from(), message.to());
        long arrival = queue.now() + delayNanos();
        if (random.nextInt(1000) >= weather.overtakingOf1000()) {
            arrival = Math.max(arrival, lastArrival.getOrDefault(link, 0L));
            lastArrival.put(link, arrival);
        }
        wire.after(arrival - queue.now(), "wire", () -> arrive(message));
    }

    private long delayNanos() {
        long usual = USUAL_NANOS / 2 + random.nextLong(USUAL_NANOS);
        long slow = weather.slowNanos();
        if (slow == 0) return usual;
        hitByWeather++;
        return usual + random.nextLong(slow);
    }

    private void arrive(PeerMessage message) {
        var endpoint = endpoints.get(message.to());
        boolean cut = isCut(message);
        if (cut || endpoint == null || !endpoint.process.isAlive()) {
            lost++;
            return;
        }
        delivered++;
        var trace = queue.trace();
        trace.mix(MessageText.digest(message));
        if (trace.isRead()) trace.note(queue.now(), endpoint.process.name(), MessageText.of(message));
        endpoint.process.soon("peer", () -> endpoint.listener.received(message));
    }
}
