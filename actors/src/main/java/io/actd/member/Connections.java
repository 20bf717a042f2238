package io.actd.member;

import io.actd.world.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which peers speak to this member, and since when without a break. Every message counts; members that have nothing to
 * say to each other say so now and then ({@code PeerMessage.Alive}). Thread-safe.
 */
public final class Connections {
    /**
     * Times in nanoseconds of the clock; replaced as a whole.
     *
     * @param breaks how often there was silence before {@code firstNanos}
     */
    private record Heard(long firstNanos, long lastNanos, long breaks) {}

    private final ConcurrentHashMap<Long, Heard> byPeer = new ConcurrentHashMap<>();
    private final Clock clock;
    private final long silenceNanos;

    /** @param silence how long a peer that says nothing still counts as connected */
    public Connections(Clock clock, Duration silence) {
        this.clock = clock;
        this.silenceNanos = silence.toNanos();
    }

    /** A message of this peer arrived. */
    public void heard(long peer) {
        long now = clock.nanoTime();
        var before = byPeer.get(peer);
        // Channels of one peer may write at once: whoever comes last is as right as the other.
        if (before == null) byPeer.put(peer, new Heard(now, now, 0));
        else if (isSilent(before, now)) byPeer.put(peer, new Heard(now, now, before.breaks() + 1));
        else byPeer.put(peer, new Heard(before.firstNanos(), now, before.breaks()));
    }

    /** This peer said that it goes: silent from now on, until it is heard again. */
    public void left(long peer) {
        long silentSince = clock.nanoTime() - silenceNanos - 1;
        byPeer.computeIfPresent(peer, (id, heard) -> new Heard(silentSince, silentSince, heard.breaks()));
    }

    /** Forgets everybody else. */
    public void retain(Set<Long> peers) {
        byPeer.keySet().retainAll(peers);
    }

    public boolean isConnected(long peer) {
        return connectedNanos(peer) >= 0;
    }

    /** How long it has been connected without a break, in nanoseconds; negative if it is not. */
    public long connectedNanos(long peer) {
        var heard = byPeer.get(peer);
        long now = clock.nanoTime();
        if (heard == null || isSilent(heard, now)) return -1;
        return Math.max(0, now - heard.firstNanos());
    }

    private boolean isSilent(Heard heard, long now) {
        return now - heard.lastNanos() > silenceNanos;
    }

    /** How often this peer fell silent after it had been connected. */
    public long breaks(long peer) {
        var heard = byPeer.get(peer);
        if (heard == null) return 0;
        return heard.breaks() + (isSilent(heard, clock.nanoTime()) ? 1 : 0);
    }

    /** Of these peers, the one that has been connected longest; empty if none is. */
    public OptionalLong longestConnected(Set<Long> peers) {
        long longest = -1;
        var found = OptionalLong.empty();
        for (long peer : peers) {
            long nanos = connectedNanos(peer);
            if (nanos > longest) {
                longest = nanos;
                found = OptionalLong.of(peer);
            }
        }
        return found;
    }

    /** Of these peers, how many have been connected for at least that long. */
    public int count(Set<Long> peers, long atLeastNanos) {
        int connected = 0;
        for (long peer : peers) {
            if (connectedNanos(peer) >= atLeastNanos) connected++;
        }
        return connected;
    }
}
