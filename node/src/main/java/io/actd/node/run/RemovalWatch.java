package io.actd.node.run;

import io.actd.join.ClusterEnquiry;
import io.actd.join.JoinMessage.ClusterAnswer;
import io.actd.join.JoinMessage.Described;
import io.actd.join.JoinMessage.NotReady;
import io.actd.member.MemberApi;
import io.actd.member.MemberRemovedException;
import io.actd.node.config.Identity;
import io.actd.node.config.NodeConfig;
import io.actd.node.flag.BadValueException;
import io.actd.node.flag.Url;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the others whether this member still belongs to the cluster while it knows no leader. One that was down or cut
 * off when it was removed hears nothing any more, for nobody sends to it (spec OP-58).
 */
final class RemovalWatch {
    private static final Logger log = LoggerFactory.getLogger(RemovalWatch.class);
    private static final Duration PERIOD = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final ClusterEnquiry enquiry;
    private final NodeConfig config;
    private final Identity identity;
    private final Supplier<@Nullable MemberApi> member;
    private final Runnable whenRemoved;
    private final AtomicBoolean told = new AtomicBoolean();

    private RemovalWatch(
            ClusterEnquiry enquiry,
            NodeConfig config,
            Identity identity,
            Supplier<@Nullable MemberApi> member,
            Runnable whenRemoved) {
        this.enquiry = enquiry;
        this.config = config;
        this.identity = identity;
        this.member = member;
        this.whenRemoved = whenRemoved;
    }

    /**
     * Watches until the actor system ends.
     *
     * @param member null while it is not ready
     * @param whenRemoved called once, on any thread; must not block
     */
    static void start(
            ActorSystem<?> system,
            NodeConfig config,
            Identity identity,
            Supplier<@Nullable MemberApi> member,
            Runnable whenRemoved) {
        var watch = new RemovalWatch(new ClusterEnquiry(system), config, identity, member, whenRemoved);
        system.scheduler().scheduleWithFixedDelay(PERIOD, PERIOD, watch::look, system.executionContext());
    }

    private void look() {
        var running = member.get();
        if (running != null && running.status().hasLeader()) return;
        for (var url : others(running)) {
            if (url.unix()) continue;
            enquiry.ask(url.host(), url.portNumber(), identity.self().getID(), TIMEOUT)
                    .thenAccept(this::heard);
        }
    }

    private void heard(ClusterAnswer answer) {
        boolean removed =
                switch (answer) {
                    case Described described ->
                        described.removed() && described.cluster().id() == identity.clusterId();
                    case NotReady notReady -> false;
                };
        if (!removed || !told.compareAndSet(false, true)) return;
        log.atError()
                .addKeyValue("error", new MemberRemovedException().getMessage())
                .log("server error");
        log.atWarn().addKeyValue("data-dir", config.dataDir()).log("data-dir used by this member must be removed");
        whenRemoved.run();
    }

    /** As applied, or if nothing is yet, as the flags say. */
    private List<Url> others(@Nullable MemberApi running) {
        if (running == null) {
            return config.founding().initialCluster().entrySet().stream()
                    .filter(named -> !named.getKey().equals(config.name()))
                    .flatMap(named -> named.getValue().stream())
                    .toList();
        }
        return running.state().members().all().stream()
                .filter(other -> other.getID() != running.memberId())
                .flatMap(other -> other.getPeerURLsList().stream())
                .flatMap(text -> parsed(text).stream())
                .toList();
    }

    private static List<Url> parsed(String text) {
        try {
            return List.of(Url.parse(text));
        } catch (BadValueException e) {
            return List.of(); // spec M-9: not checked when it was set
        }
    }
}
