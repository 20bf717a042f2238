package io.actd.peer;

import io.actd.world.Clock;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The network of real processes: Artery over TCP, and a Pekko cluster for everybody to look at. The actor system must be
 * configured by {@link PeerConfig}.
 */
public final class ArteryNetwork implements PeerNetwork {
    /**
     * Exit status of a process that another has quarantined: only a new process is listened to, so let the supervisor
     * start one. BSD's name for it is "temporary failure".
     */
    public static final int QUARANTINED_EXIT_STATUS = 75;

    static final String PEERS = "peers";
    static final String SNAPSHOTS = "snapshots";

    private final PeerMetrics metrics;
    private final Clock clock;
    private final Runnable onQuarantined;
    private volatile ClusterSight sight = ClusterSight.NONE;

    /**
     * @param onQuarantined run, after a log line that says why, when this process must end with
     *     {@link #QUARANTINED_EXIT_STATUS}; must not block
     */
    public ArteryNetwork(PeerMetrics metrics, Clock clock, Runnable onQuarantined) {
        this.metrics = metrics;
        this.clock = clock;
        this.onQuarantined = onQuarantined;
    }

    @Override
    public PeerTransport open(ActorContext<?> guardian, PeerIdentity self, PeerListener listener) {
        var path = guardian.getSelf().path().toStringWithoutAddress();
        if (!path.equals("/user")) throw new IllegalArgumentException("peers look below /user, not " + path);
        var system = guardian.getSystem();
        guardian.spawn(PeerInbox.create(self, listener, metrics, clock), PEERS);
        guardian.spawn(PeerInbox.create(self, listener, metrics, clock), SNAPSHOTS);
        guardian.spawn(LossWatch.create(self, listener, metrics, clock, onQuarantined), "loss-watch");
        var clusterView = guardian.spawn(ClusterView.create(seen -> sight = seen, listener, metrics), "cluster-view");
        return new ArteryTransport(self, system, clusterView, metrics, new Complaints(system.log(), clock));
    }

    /** What Pekko's cluster says at the moment; safe for any thread. */
    public ClusterSight sight() {
        return sight;
    }
}
