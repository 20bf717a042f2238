package io.actd.cluster;

import io.actd.member.MemberMetrics;
import io.actd.peer.PeerMetrics;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a member reported about its work, without times. */
final class ReportedWork implements MemberMetrics, PeerMetrics {
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    /** Peers whose answers to heartbeats were timed. */
    final Set<Long> timedPeers = ConcurrentHashMap.newKeySet();

    /**
     * How often that happened.
     *
     * @param what a command applied, by its name, {@code Put} or {@code Put refused}; {@code proposal failed}; {@code send failed};
     *     {@code promoted}; or why somebody was not promoted
     */
    int count(String what) {
        return counts.getOrDefault(what, 0);
    }

    @Override
    public void applied(String op, boolean success, long nanos) {
        counts.merge(success ? op : op + " refused", 1, Integer::sum);
    }

    @Override
    public void roundTrip(long peer, long nanos) {
        timedPeers.add(peer);
    }

    @Override
    public void proposalFailed() {
        counts.merge("proposal failed", 1, Integer::sum);
    }

    @Override
    public void sendFailed(long peer) {
        counts.merge("send failed", 1, Integer::sum);
    }

    @Override
    public void learnerPromoted() {
        counts.merge("promoted", 1, Integer::sum);
    }

    @Override
    public void learnerNotPromoted(String reason) {
        counts.merge(reason, 1, Integer::sum);
    }
}
