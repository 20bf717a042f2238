package io.actd.node.run;

import io.actd.apply.MemberIds;
import io.actd.join.ClusterEnquiry;
import io.actd.join.JoinMessage.ClusterAnswer;
import io.actd.join.JoinMessage.Described;
import io.actd.join.JoinMessage.NotReady;
import io.actd.join.RunningCluster;
import io.actd.node.Version;
import io.actd.node.config.Identity;
import io.actd.node.config.InitialCluster;
import io.actd.node.flag.ConfigException;
import io.actd.node.flag.Url;
import io.actd.protocol.ServerVersion;
import io.actd.protocol.api.Member;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a member without a log comes to be: as a founder, who makes sure that it is not there already, or by joining those
 * who know it (spec OP-33, OP-35). Blocks until that is settled.
 */
final class Arrival {
    private static final Logger log = LoggerFactory.getLogger(Arrival.class);

    /** How long founders look around (spec OP-33 e). */
    private static final Duration LOOK_AROUND = Duration.ofSeconds(1);

    /** How long a joining member asks before it gives up (spec OP-35). */
    private static final Duration MAX_ASKING = Duration.ofSeconds(10);

    private static final Duration ASK_AGAIN = Duration.ofMillis(250);

    private final InitialCluster cluster;
    private final ClusterEnquiry enquiry;

    Arrival(InitialCluster cluster, ClusterEnquiry enquiry) {
        this.cluster = cluster;
        this.enquiry = enquiry;
    }

    /** This member among the founders, unless others know it already: then its data was lost, and it must not vote again. */
    Identity found() throws StartException {
        var identity = cluster.founded();
        long self = identity.self().getID();
        for (var running : described(ask(self, LOOK_AROUND))) {
            if (isStarted(running, self)) {
                throw new StartException("member " + MemberIds.hex(self) + " has already been bootstrapped");
            }
        }
        return identity;
    }

    private static boolean isStarted(RunningCluster running, long id) {
        return running.members().stream().anyMatch(m -> m.getID() == id && m.getClientURLsCount() > 0);
    }

    /** This member as a running cluster knows it; that one must have been told of it before. */
    Identity join() throws StartException {
        var running = findCluster();
        log.atInfo()
                .addKeyValue("cluster-id", MemberIds.hex(running.id()))
                .addKeyValue(
                        "members",
                        running.members().stream()
                                .map(Member::getID)
                                .map(MemberIds::hex)
                                .toList())
                .log("found the cluster to join");
        try {
            var identity = cluster.joined(running);
            if (isNewer(running.version())) throw new StartException("incompatible with current running cluster");
            return identity;
        } catch (ConfigException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private RunningCluster findCluster() throws StartException {
        long deadline = System.nanoTime() + MAX_ASKING.toNanos();
        while (!cluster.others().isEmpty() && System.nanoTime() - deadline < 0) {
            var found = described(ask(0, LOOK_AROUND));
            if (!found.isEmpty()) return found.getFirst();
            pause();
        }
        throw new StartException("cannot fetch cluster info from peer urls: "
                + "could not retrieve cluster information from the given URLs");
    }

    private static void pause() throws StartException {
        try {
            TimeUnit.NANOSECONDS.sleep(ASK_AGAIN.toNanos());
        } catch (InterruptedException e) {
            throw new StartException("interrupted", e);
        }
    }

    /** Asks everybody at once. */
    private List<CompletableFuture<ClusterAnswer>> ask(long about, Duration timeout) {
        return cluster.others().stream()
                .map(url -> ask(url, about, timeout).toCompletableFuture())
                .toList();
    }

    private CompletionStage<ClusterAnswer> ask(Url url, long about, Duration timeout) {
        // Somebody who is not there need not be waited for; and where connecting takes long, the others do not wait.
        return CompletableFuture.supplyAsync(() -> Ports.isOpen(url, timeout), Thread::startVirtualThread)
                .thenCompose(open -> open
                        ? enquiry.ask(url.host(), url.portNumber(), about, timeout)
                        : CompletableFuture.<ClusterAnswer>completedFuture(NotReady.INSTANCE));
    }

    private static List<RunningCluster> described(List<CompletableFuture<ClusterAnswer>> answers) {
        return answers.stream()
                .map(CompletableFuture::join)
                .map(Arrival::cluster)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<RunningCluster> cluster(ClusterAnswer answer) {
        return switch (answer) {
            case Described described -> Optional.of(described.cluster());
            case NotReady notReady -> Optional.empty();
        };
    }

    /** A cluster of a later minor version speaks of things this member would not understand (spec OP-35). */
    private static boolean isNewer(String clusterVersion) {
        return !clusterVersion.isEmpty()
                && ServerVersion.parse(clusterVersion).compareTo(ServerVersion.parse(Version.ETCD)) > 0;
    }
}
