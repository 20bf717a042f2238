package io.actd.member;

import io.actd.protocol.Outcome;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.RequestHeader;
import io.actd.protocol.membership.Attributes;
import io.actd.protocol.membership.ClusterMemberAttrSetRequest;
import io.actd.protocol.membership.ClusterVersionSetRequest;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Tells the cluster this member's name and client URLs (spec M-2), and, while it leads one that has no version yet, the
 * version (spec MT-17). Both go through the log and are tried until they are there; what was committed before is applied
 * here by then.
 *
 * <p>Who sends: the guardian, whenever another member leads. One proposal of each kind at a time.
 *
 * <p>On failure: restarted, and says it all again, which changes nothing.
 */
final class Publisher extends AbstractMatchingBehavior<Publisher.Command> {
    sealed interface Command {}

    /** Another one leads, or nobody does. */
    enum LeaderChanged implements Command {
        INSTANCE
    }

    private record Published(Outcome outcome) implements Command {}

    private record VersionSet(String version, Outcome outcome) implements Command {}

    private enum Retry implements Command {
        INSTANCE
    }

    private static final Duration RETRY = Duration.ofMillis(500);

    private final TimerScheduler<Command> timers;
    private final MemberApi member;
    private final MemberConfig config;
    private final Runnable onPublished;
    private boolean published;
    private boolean publishing;
    private boolean settingVersion;

    private Publisher(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            MemberApi member,
            MemberConfig config,
            Runnable onPublished) {
        super(context);
        this.timers = timers;
        this.member = member;
        this.config = config;
        this.onPublished = onPublished;
        goOn();
    }

    /** @param onPublished run once, or again after a restart; must not block */
    static Behavior<Command> create(MemberApi member, MemberConfig config, Runnable onPublished) {
        return Behaviors.supervise(Behaviors.<Command>setup(context ->
                        Behaviors.withTimers(timers -> new Publisher(context, timers, member, config, onPublished))))
                .onFailure(Exception.class, SupervisorStrategy.restart());
    }

    @Override
    public Behavior<Command> onMessage(Command command) {
        switch (command) {
            case LeaderChanged changed -> goOn();
            case Retry retry -> goOn();
            case Published answered -> onPublished(answered.outcome());
            case VersionSet answered -> onVersionSet(answered);
        }
        return this;
    }

    private void goOn() {
        var status = member.status();
        if (!published && !publishing && status.hasLeader()) publish();
        boolean undecided = member.state().members().clusterVersion() == null;
        if (published && !settingVersion && status.isLeader() && undecided) setVersion();
    }

    private void publish() {
        publishing = true;
        var attributes = Attributes.newBuilder()
                .setName(config.self().getName())
                .addAllClientUrls(config.self().getClientURLsList());
        var request = InternalRaftRequest.newBuilder()
                .setClusterMemberAttrSet(ClusterMemberAttrSetRequest.newBuilder()
                        .setMemberID(config.self().getID())
                        .setMemberAttributes(attributes));
        var self = getContext().getSelf();
        member.propose(withId(request), outcome -> self.tell(new Published(outcome)));
    }

    private void onPublished(Outcome outcome) {
        publishing = false;
        if (outcome instanceof Outcome.Refused refused) {
            getContext()
                    .getLog()
                    .warn(
                            "failed to publish local member to cluster through raft: {}",
                            refused.refusal().text());
            timers.startSingleTimer(Retry.INSTANCE, RETRY);
            return;
        }
        published = true;
        getContext()
                .getLog()
                .atInfo()
                .addKeyValue("local-member-id", Long.toHexString(config.self().getID()))
                .addKeyValue(
                        "local-member-attributes",
                        config.self().getName() + " " + config.self().getClientURLsList())
                .log("published local member to cluster through raft");
        goOn();
        onPublished.run();
    }

    private void setVersion() {
        settingVersion = true;
        var parts = config.serverVersion().split("\\.", -1);
        var version = parts[0] + "." + parts[1] + ".0";
        var request = InternalRaftRequest.newBuilder()
                .setClusterVersionSet(ClusterVersionSetRequest.newBuilder().setVer(version));
        var self = getContext().getSelf();
        member.propose(withId(request), outcome -> self.tell(new VersionSet(version, outcome)));
    }

    private void onVersionSet(VersionSet answered) {
        settingVersion = false;
        if (answered.outcome() instanceof Outcome.Ok) {
            getContext()
                    .getLog()
                    .atInfo()
                    .addKeyValue("cluster-version", answered.version())
                    .log("set initial cluster version");
        } else {
            timers.startSingleTimer(Retry.INSTANCE, RETRY);
        }
    }

    private io.actd.apply.Command withId(InternalRaftRequest.Builder request) {
        return io.actd.apply.Command.of(
                request.setHeader(RequestHeader.newBuilder().setID(member.nextRequestId()))
                        .build());
    }
}
