package io.actd.role;

import io.actd.member.MemberMetrics;
import io.actd.raft.Message;
import io.actd.world.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Watches over a leader's heartbeats: whether they leave in time (spec OP-105), and how long an answer takes. Of those on
 * their way to a peer the oldest is timed; one that is not answered within an election timeout is lost, not slow.
 */
final class Heartbeats {
    /** Lateness is that many intervals. */
    private static final int LATE = 2;

    private static final class Peer {
        long sentNanos;
        /** When the one that is timed left; meaningless while {@code answered}. */
        long timedNanos;

        boolean answered = true;

        Peer(long nowNanos) {
            sentNanos = nowNanos;
        }
    }

    private final Map<Long, Peer> peers = new HashMap<>();
    private final MemberMetrics metrics;
    private final Clock clock;
    private final Logger log;
    private final long lateNanos;
    private final long lostNanos;

    /**
     * @param interval between two heartbeats
     * @param lost how long an answer may take
     */
    Heartbeats(MemberMetrics metrics, Clock clock, Logger log, Duration interval, Duration lost) {
        this.metrics = metrics;
        this.clock = clock;
        this.log = log;
        this.lateNanos = LATE * interval.toNanos();
        this.lostNanos = lost.toNanos();
    }

    void sent(Message.Heartbeat heartbeat) {
        long now = clock.nanoTime();
        var peer = peers.computeIfAbsent(heartbeat.to(), id -> new Peer(now));
        if (now - peer.sentNanos > lateNanos) {
            metrics.heartbeatLate();
            log.atWarn()
                    .addKeyValue("to", Long.toHexString(heartbeat.to()))
                    .addKeyValue("exceeded-duration", Duration.ofNanos(now - peer.sentNanos - lateNanos))
                    .log("leader failed to send out heartbeat on time; took too long, leader is overloaded likely from"
                            + " slow disk");
        }
        peer.sentNanos = now;
        if (peer.answered || now - peer.timedNanos > lostNanos) {
            peer.answered = false;
            peer.timedNanos = now;
        }
    }

    void answered(Message.HeartbeatReply reply) {
        var peer = peers.get(reply.from());
        if (peer == null || peer.answered) return;
        peer.answered = true;
        long nanos = clock.nanoTime() - peer.timedNanos;
        if (nanos <= lostNanos) metrics.roundTrip(reply.from(), nanos);
    }

    /** This member leads no longer: it owes nobody a heartbeat. */
    void stop() {
        peers.clear();
    }
}
