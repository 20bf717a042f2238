package io.actd.node.metrics;

import io.actd.api.ApiMetrics;
import io.actd.member.MemberApi;
import io.actd.member.MemberMetrics;
import io.actd.node.config.NodeConfig;
import io.actd.peer.PeerMetrics;

/** All metrics of a node: hand out the two reporting sides, then show the member once it runs. */
public final class NodeMetrics {
    private final MemberMeters member;
    private final PeerMeters peers;
    private final ApiMeters api;
    private final MemberGauges gauges;

    public NodeMetrics(NodeConfig config) {
        var registry = new Registry();
        member = new MemberMeters(registry, config.warnings().apply());
        peers = new PeerMeters(registry);
        api = new ApiMeters(
                registry, config.extensiveMetrics(), config.warnings().unaryRequest());
        gauges = new MemberGauges(registry, config);
        ProcessMetrics.register(registry);
    }

    public MemberMetrics member() {
        return member;
    }

    public PeerMetrics peers() {
        return peers;
    }

    /** Its {@code exposition()} is the text of {@code /metrics}. */
    public ApiMetrics api() {
        return api;
    }

    /** Gauges of the member's state show 0 before this call. */
    public void show(MemberApi running) {
        gauges.show(running);
    }
}
