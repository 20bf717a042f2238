package io.actd.peer;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/**
 * Links several members of one JVM, each in an actor system of its own. Delivers at once, on the sender's thread, in order,
 * what was laid out in bytes and read again.
 * Links can be cut one way or both; a member that has not opened its door, or closed it, is out of reach.
 */
public final class Network implements PeerNetwork {
    private record Link(long from, long to) {}

    private final Map<Long, PeerListener> listeners = new ConcurrentHashMap<>();
    private final Set<Link> cut = ConcurrentHashMap.newKeySet();
    private volatile Predicate<PeerMessage> dropped = message -> false;

    @Override
    public PeerTransport open(ActorContext<?> guardian, PeerIdentity self, PeerListener listener) {
        return open(self.memberId(), listener);
    }

    /** A member's door; replaces the one of an earlier life. */
    public PeerTransport open(long self, PeerListener listener) {
        listeners.put(self, listener);
        return new Door(listener);
    }

    /** That member does not hear any more, as if its process had ended. */
    public void close(long member) {
        listeners.remove(member);
    }

    /** Loses, without a word, what {@code from} sends to {@code to}. */
    public void cut(long from, long to) {
        cut.add(new Link(from, to));
    }

    public void cutBothWays(long one, long other) {
        cut(one, other);
        cut(other, one);
    }

    /** Cuts that member off from all that opened a door so far. */
    public void isolate(long member) {
        for (long other : listeners.keySet()) if (other != member) cutBothWays(member, other);
    }

    /** Cuts every link between the two sides. */
    public void partition(Collection<Long> side, Collection<Long> other) {
        for (long one : side) for (long two : other) cutBothWays(one, two);
    }

    /** All links carry again, and nothing is picked out. */
    public void heal() {
        cut.clear();
        dropped = message -> false;
    }

    /** Loses, without a word, the messages picked out; replaces what was picked out before. */
    public void drop(Predicate<PeerMessage> which) {
        dropped = which;
    }

    private final class Door implements PeerTransport {
        private final PeerListener self;
        private volatile Set<Long> known = Set.of();

        Door(PeerListener self) {
            this.self = self;
        }

        @Override
        public synchronized void members(Collection<PeerAddress> members) {
            known = members.stream().map(PeerAddress::memberId).collect(Collectors.toUnmodifiableSet());
        }

        @Override
        public synchronized void introduce(PeerAddress stranger) {
            var all = new HashSet<>(known);
            all.add(stranger.memberId());
            known = all;
        }

        @Override
        public void send(PeerMessage message) {
            long to = message.to();
            if (!known.contains(to) || cut.contains(new Link(message.from(), to)) || dropped.test(message)) return;
            @Nullable PeerListener receiver = listeners.get(to);
            if (receiver == null) self.lost(to);
            else receiver.received(arriving(message));
        }
    }

    /** What comes off the wire: of a command nothing is left but its bytes. */
    private static PeerMessage arriving(PeerMessage message) {
        var letter = Packet.Letter.of(0, message);
        var wire = ByteBuffer.allocate(letter.bytes());
        Layout.write(letter, wire);
        return ((Packet.Letter) Reading.read(wire.flip())).message();
    }
}
