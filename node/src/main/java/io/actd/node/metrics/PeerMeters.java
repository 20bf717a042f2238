package io.actd.node.metrics;

import io.actd.apply.MemberIds;
import io.actd.peer.PeerMetrics;
import java.util.concurrent.ConcurrentHashMap;

/** What the way to other members reports (spec operations.md §8.3). */
final class PeerMeters implements PeerMetrics {
    /** Every counter of one peer, found once. */
    private record Peer(Counter sentBytes, Counter sentFailures, Counter receivedBytes, Counter receivedFailures) {}

    private final Family<Counter> sentBytes;
    private final Family<Counter> sentFailures;
    private final Family<Counter> receivedBytes;
    private final Family<Counter> receivedFailures;
    private final Family<Gauge> reachable;
    private final ConcurrentHashMap<Long, Peer> peers = new ConcurrentHashMap<>();

    PeerMeters(Registry registry) {
        sentBytes = registry.counters("etcd_network_peer_sent_bytes_total", "Bytes sent to a peer.", "To");
        sentFailures = registry.counters("etcd_network_peer_sent_failures_total", "Messages that did not leave.", "To");
        receivedBytes = registry.counters("etcd_network_peer_received_bytes_total", "Bytes of a peer.", "From");
        receivedFailures =
                registry.counters("etcd_network_peer_received_failures_total", "Messages thrown away.", "From");
        reachable = registry.gauges("actd_cluster_peer_reachable", "1 if Pekko Cluster reaches this peer.", "To");
    }

    @Override
    public void sent(long peer, long bytes) {
        peer(peer).sentBytes().add(bytes);
    }

    @Override
    public void received(long peer, long bytes) {
        peer(peer).receivedBytes().add(bytes);
    }

    @Override
    public void sendFailed(long peer) {
        peer(peer).sentFailures().increment();
    }

    @Override
    public void receiveFailed(long peer) {
        peer(peer).receivedFailures().increment();
    }

    @Override
    public void reachable(long peer, boolean yes) {
        reachable.with(MemberIds.hex(peer)).set(yes ? 1 : 0);
    }

    @Override
    public void peerGone(long peer) {
        reachable.remove(MemberIds.hex(peer));
    }

    private Peer peer(long id) {
        return peers.computeIfAbsent(id, this::counters);
    }

    private Peer counters(long id) {
        var label = MemberIds.hex(id);
        return new Peer(
                sentBytes.with(label),
                sentFailures.with(label),
                receivedBytes.with(label),
                receivedFailures.with(label));
    }
}
