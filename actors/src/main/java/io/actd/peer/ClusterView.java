package io.actd.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.apache.pekko.cluster.typed.Subscribe;
import org.apache.pekko.remote.artery.GracefulShutdownQuarantinedEvent;
import org.apache.pekko.remote.artery.QuarantinedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Joins the Pekko cluster of the members and keeps a {@link ClusterSight} of it.
 *
 * <p>Its seeds are the members' addresses, the lowest id first: that one founds the cluster if it meets no other. A peer
 * that becomes unreachable is told to the {@link PeerListener} as lost, no more. Nobody is ever downed for being
 * unreachable; only who was also removed from the membership, and stayed away for a while, is forgotten.
 */
final class ClusterView extends AbstractMatchingBehavior<ClusterView.Command> {
    sealed interface Command {}

    /** Who takes part by the applied membership. */
    record Members(Collection<PeerAddress> members) implements Command {}

    private record MemberSeen(ClusterEvent.MemberEvent event) implements Command {}

    private record ReachabilitySeen(ClusterEvent.ReachabilityEvent event) implements Command {}

    /** Artery sends nothing to that system any more: it said goodbye, or was found beyond repair. */
    private record Gone(Address address) implements Command {}

    private record Forget(UniqueAddress removed) implements Command {}

    private final TimerScheduler<Command> timers;
    private final Cluster cluster;
    private final Consumer<ClusterSight> onSight;
    private final PeerListener listener;
    private final PeerMetrics metrics;
    private final Duration forgetAfter;
    private final Map<UniqueAddress, Member> seen = new HashMap<>();
    private final Set<UniqueAddress> unreachable = new HashSet<>();
    private Map<Long, Address> peers = Map.of();
    private boolean joining;
    private ClusterSight sight = ClusterSight.NONE;

    private ClusterView(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Consumer<ClusterSight> onSight,
            PeerListener listener,
            PeerMetrics metrics) {
        super(context);
        context.setLoggerName(ClusterView.class); // a timer would give it one of its own
        this.timers = timers;
        this.onSight = onSight;
        this.listener = listener;
        this.metrics = metrics;
        this.forgetAfter = context.getSystem().settings().config().getDuration("actd.peer.forget-removed-after");
        this.cluster = Cluster.get(context.getSystem());
        cluster.subscriptions()
                .tell(Subscribe.create(
                        context.messageAdapter(ClusterEvent.MemberEvent.class, MemberSeen::new),
                        ClusterEvent.MemberEvent.class));
        cluster.subscriptions()
                .tell(Subscribe.create(
                        context.messageAdapter(ClusterEvent.ReachabilityEvent.class, ReachabilitySeen::new),
                        ClusterEvent.ReachabilityEvent.class));
        var events = context.getSystem().eventStream();
        events.tell(new EventStream.Subscribe<>(
                GracefulShutdownQuarantinedEvent.class,
                context.messageAdapter(
                        GracefulShutdownQuarantinedEvent.class,
                        event -> new Gone(event.uniqueAddress().address()))));
        events.tell(new EventStream.Subscribe<>(
                QuarantinedEvent.class,
                context.messageAdapter(
                        QuarantinedEvent.class,
                        event -> new Gone(event.uniqueAddress().address()))));
    }

    /** @param onSight told each new sight on the actor's thread */
    static Behavior<Command> create(Consumer<ClusterSight> onSight, PeerListener listener, PeerMetrics metrics) {
        Behavior<Command> view = Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new ClusterView(context, timers, onSight, listener, metrics)));
        return Behaviors.supervise(view).onFailure(SupervisorStrategy.resume());
    }

    @Override
    public Behavior<Command> onMessage(Command command) {
        switch (command) {
            case Members(Collection<PeerAddress> members) -> onMembers(members);
            case MemberSeen(ClusterEvent.MemberEvent event) -> onMember(event.member());
            case ReachabilitySeen(ClusterEvent.ReachabilityEvent event) -> onReachability(event);
            case Gone(Address address) -> onGone(address);
            case Forget(UniqueAddress removed) -> onForget(removed);
        }
        publish();
        return this;
    }

    private void onMembers(Collection<PeerAddress> members) {
        var system = getContext().getSystem().name();
        var addresses = new HashMap<Long, Address>();
        for (var member : members) {
            PeerUrl.canonical(member.peerUrls())
                    .ifPresent(url -> addresses.put(member.memberId(), url.address(system)));
        }
        peers = addresses;
        if (!joining && !peers.isEmpty()) {
            joining = true;
            var seeds = ids().stream().map(peers::get).toList();
            cluster.manager().tell(new JoinSeedNodes(seeds));
        }
        unreachable.forEach(this::considerForgetting);
    }

    private List<Long> ids() {
        return peers.keySet().stream().sorted(Long::compareUnsigned).toList();
    }

    private void onMember(Member member) {
        if (!member.status().equals(MemberStatus.removed())) {
            seen.put(member.uniqueAddress(), member);
            return;
        }
        seen.remove(member.uniqueAddress());
        unreachable.remove(member.uniqueAddress());
        timers.cancel(member.uniqueAddress());
    }

    private void onReachability(ClusterEvent.ReachabilityEvent event) {
        var address = event.member().uniqueAddress();
        switch (event) {
            case ClusterEvent.UnreachableMember lost -> {
                unreachable.add(address);
                considerForgetting(address);
            }
            default -> {
                unreachable.remove(address);
                timers.cancel(address);
            }
        }
    }

    private void considerForgetting(UniqueAddress away) {
        if (!peers.isEmpty() && !peers.containsValue(away.address()) && !timers.isTimerActive(away)) {
            timers.startSingleTimer(away, new Forget(away), forgetAfter);
        }
    }

    /** Its next life will make itself known. What is sent until then is dropped without a sign. */
    private void onGone(Address address) {
        peers.forEach((id, known) -> {
            if (!known.equals(address)) return;
            metrics.sendFailed(id);
            listener.lost(id);
        });
    }

    private void onForget(UniqueAddress removed) {
        if (!unreachable.contains(removed) || peers.containsValue(removed.address())) return;
        getContext().getLog().info("{} is no member any more and unreachable: forgotten", removed.address());
        cluster.manager().tell(new Down(removed.address()));
    }

    private void publish() {
        var self = cluster.selfMember().uniqueAddress();
        var list = new ArrayList<ClusterSight.Peer>();
        for (long id : ids()) {
            var address = peers.get(id);
            if (address == null || address.equals(self.address())) continue;
            var member = latest(address);
            boolean reachable = member != null
                    && !member.status().equals(MemberStatus.down())
                    && !unreachable.contains(member.uniqueAddress());
            var state = member == null ? "Absent" : member.status().toString();
            list.add(new ClusterSight.Peer(id, address.toString(), state, reachable));
        }
        var before = sight;
        sight = new ClusterSight(seen.containsKey(self), list);
        onSight.accept(sight);
        for (var peer : before.peers()) if (!peers.containsKey(peer.memberId())) metrics.peerGone(peer.memberId());
        for (var peer : list) if (peer.reachable() != before.reaches(peer.memberId())) tell(peer);
    }

    /** Its newest life, if the cluster knows several. */
    private @Nullable Member latest(Address address) {
        return seen.values().stream()
                .filter(member -> member.address().equals(address))
                .max(Comparator.comparing((Member member) -> !member.status().equals(MemberStatus.down())))
                .orElse(null);
    }

    private void tell(ClusterSight.Peer peer) {
        getContext()
                .getLog()
                .info(
                        "member {} at {} is {}",
                        Long.toHexString(peer.memberId()),
                        peer.address(),
                        peer.reachable() ? "reachable" : "unreachable");
        metrics.reachable(peer.memberId(), peer.reachable());
        if (!peer.reachable()) listener.lost(peer.memberId());
    }
}
