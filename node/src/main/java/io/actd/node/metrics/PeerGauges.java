package io.actd.node.metrics;

import io.actd.apply.MemberIds;
import io.actd.member.MemberApi;
import java.util.HashSet;
import java.util.Set;

/** Which other members there are and speak to this one, found out when it is shown (spec operations.md §8.3). */
final class PeerGauges {
    private final Family<Gauge> active;
    private final Family<Gauge> known;
    private final Family<Counter> breaks;
    private final Set<Long> shown = new HashSet<>();

    PeerGauges(Registry registry) {
        active = registry.gauges("etcd_network_active_peers", "Peers that speak to this member.", "Local", "Remote");
        breaks = registry.counters(
                "etcd_network_disconnected_peers_total", "Times a peer fell silent.", "Local", "Remote");
        known = registry.gauges("etcd_network_known_peers", "Peers of this member.", "Local", "Remote");
    }

    /** Members that are gone show 0. */
    synchronized void update(MemberApi member) {
        var local = MemberIds.hex(member.memberId());
        var now = new HashSet<Long>();
        for (var other : member.state().members().all()) {
            if (other.getID() != member.memberId()) now.add(other.getID());
        }
        shown.addAll(now);
        for (long peer : shown) {
            var remote = MemberIds.hex(peer);
            known.with(local, remote).set(now.contains(peer) ? 1 : 0);
            var broken = breaks.with(local, remote);
            broken.add(Math.max(0, member.connections().breaks(peer) - broken.value()));
            boolean speaks = now.contains(peer) && member.connections().isConnected(peer);
            active.with(local, remote).set(speaks ? 1 : 0);
        }
    }
}
