package io.actd.node.metrics;

import io.actd.apply.MemberIds;
import io.actd.member.SnapshotMetrics;

/** Copies of the store that travel between members (spec operations.md §8.2, §8.3). */
final class SnapshotMeters implements SnapshotMetrics {
    private final Family<Counter> sent;
    private final Family<Counter> notSent;
    private final Family<Gauge> sending;
    private final Family<Histogram> sendTime;
    private final Family<Counter> received;
    private final Family<Counter> notReceived;
    private final Family<Gauge> receiving;
    private final Family<Histogram> receiveTime;
    private final Histogram readTime;
    private final Histogram saveTime;
    private final Histogram durableTime;

    SnapshotMeters(Registry registry) {
        sent = registry.counters("etcd_network_snapshot_send_success", "Stores sent to a peer.", "To");
        notSent = registry.counters("etcd_network_snapshot_send_failures", "Stores that were not sent.", "To");
        sending = registry.gauges("etcd_network_snapshot_send_inflights_total", "Stores being sent.", "To");
        sendTime = registry.histograms(
                "etcd_network_snapshot_send_total_duration_seconds", "Time to send the store.", Buckets.B4, "To");
        received = registry.counters("etcd_network_snapshot_receive_success", "Stores received of a peer.", "From");
        notReceived = registry.counters(
                "etcd_network_snapshot_receive_failures", "Stores that did not arrive whole.", "From");
        receiving = registry.gauges("etcd_network_snapshot_receive_inflights_total", "Stores being received.", "From");
        receiveTime = registry.histograms(
                "etcd_network_snapshot_receive_total_duration_seconds",
                "Time to receive the store.",
                Buckets.B4,
                "From");
        readTime = registry.histogram(
                "etcd_disk_backend_snapshot_duration_seconds", "Time the store was read for a peer.", Buckets.B6);
        saveTime = registry.histogram(
                "etcd_snap_db_save_total_duration_seconds", "Time to save a received store.", Buckets.B4);
        durableTime = registry.histogram(
                "etcd_snap_db_fsync_duration_seconds", "Time to make a received store durable.", Buckets.B1);
    }

    @Override
    public void sending(long peer) {
        sending.with(label(peer)).add(1);
    }

    @Override
    public void sent(long peer, long nanos) {
        sending.with(label(peer)).add(-1);
        sent.with(label(peer)).increment();
        sendTime.with(label(peer)).observe(nanos);
        readTime.observe(nanos);
    }

    @Override
    public void notSent(long peer) {
        sending.with(label(peer)).add(-1);
        notSent.with(label(peer)).increment();
    }

    @Override
    public void receiving(long peer) {
        receiving.with(label(peer)).add(1);
    }

    @Override
    public void received(long peer, long nanos, long durableNanos) {
        receiving.with(label(peer)).add(-1);
        received.with(label(peer)).increment();
        receiveTime.with(label(peer)).observe(nanos);
        saveTime.observe(nanos);
        durableTime.observe(durableNanos);
    }

    @Override
    public void notReceived(long peer) {
        receiving.with(label(peer)).add(-1);
        notReceived.with(label(peer)).increment();
    }

    private static String label(long peer) {
        return MemberIds.hex(peer);
    }
}
