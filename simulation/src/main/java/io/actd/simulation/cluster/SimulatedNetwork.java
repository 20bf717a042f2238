package io.actd.simulation.cluster;

import io.actd.peer.PeerAddress;
import io.actd.peer.PeerListener;
import io.actd.peer.PeerMessage;
import io.actd.peer.PeerNetwork;
import io.actd.peer.PeerTransport;
import io.actd.raft.Message;
import io.actd.simulation.thread.RunQueue;
import io.actd.simulation.thread.VirtualProcess;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
    private final Map<Link, Long> cutOff = new HashMap<>();
    /** In the order in which they began, so that they draw in an order of their own. */
    private final List<Front> fronts = new ArrayList<>();

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
        return (guardian, self, listener) -> open(process, self.memberId(), listener);
    }

    PeerTransport open(VirtualProcess process, long memberId, PeerListener listener) {
        endpoints.put(memberId, new Endpoint(process, listener));
        // Its connections are new: what it sends may overtake what is still on its way from the process before it.
        lastArrival.keySet().removeIf(link -> link.from() == memberId);
        return new Transport(process);
    }

    /** This weather comes up on those links. Several may lie on one link: each draws for itself, delays add up. */
    public Front comesUp(NetworkWeather weather, Predicate<Link> where) {
        var front = new Front(weather, where, random);
        fronts.add(front);
        return front;
    }

    public void passes(Front front) {
        fronts.remove(front);
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
            var over = frontsOver(message);
            if (isCut(message) || any(over, Front::loses)) {
                lost++;
                return;
            }
            post(message, over);
            if (mayComeTwice(message) && any(over, Front::repeats)) post(message, over);
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

    private List<Front> frontsOver(PeerMessage message) {
        var link = new Link(message.from(), message.to());
        return fronts.stream().filter(front -> front.liesOn(link)).toList();
    }

    /** Asks each of them, for each counts what it did. */
    private static boolean any(List<Front> fronts, Predicate<Front> does) {
        boolean any = false;
        for (var front : fronts) any |= does.test(front);
        return any;
    }

    private boolean isCut(PeerMessage message) {
        var link = new Link(message.from(), message.to());
        if (!cuts.containsKey(link)) return false;
        cutOff.merge(link, 1L, Long::sum);
        return true;
    }

    private void post(PeerMessage message, List<Front> over) {
        var link = new Link(message.from(), message.to());
        long usual = USUAL_NANOS / 2 + random.nextLong(USUAL_NANOS);
        long slow = over.stream().mapToLong(Front::delayNanos).sum();
        long arrival = queue.now() + usual + slow;
        if (!any(over, Front::letsOvertake)) {
            arrival = Math.max(arrival, lastArrival.getOrDefault(link, 0L));
            lastArrival.put(link, arrival);
        }
        wire.after(arrival - queue.now(), "wire", () -> arrive(message));
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
