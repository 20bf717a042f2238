package io.actd.member;

import io.actd.protocol.Outcome;
import io.actd.protocol.ServerVersion;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.RequestHeader;
import io.actd.protocol.membership.Attributes;
import io.actd.protocol.membership.ClusterMemberAttrSetRequest;
import io.actd.protocol.membership.ClusterVersionSetRequest;
import java.util.ArrayList;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Tells the cluster this member's name and client URLs (spec M-2), and, while it leads, the version all members allow
 * (spec OP-53, MT-17). Both go through the log and are tried until they are there; what was committed before is applied
 * here by then.
 *
 * <p>Who sends: the guardian, whenever another member leads. One proposal of each kind at a time; but what is not answered
 * within an election timeout is said again, which changes nothing: a member that is given the store finds its proposal
 * in there, and never sees it applied.
 *
 * <p>On failure: restarted, and says it all again, which changes nothing.
 */
final class Publisher extends AbstractMatchingBehavior<Publisher.Command> {
    sealed interface Command {}

    /** Another one leads, or nobody does. */
    enum LeaderChanged implements Command {
        INSTANCE
    }

    private record Published(int attempt, Outcome outcome) implements Command {}

    private record VersionSet(ServerVersion version, boolean initial, Outcome outcome) implements Command {}

    /** Time to look at the members' versions again. */
    private enum Look implements Command {
        INSTANCE
    }

    private static final int LOOKS_PER_ELECTION_TIMEOUT = 4;

    /** For how many looks versions that are not known yet are waited for. */
    private static final int PATIENT_LOOKS = LOOKS_PER_ELECTION_TIMEOUT;

    private final MemberApi member;
    private final PeerVersions versions;
    private final MemberConfig config;
    private final Runnable onPublished;
    private boolean published;
    private boolean publishing;
    private int attempt;
    /** Since the last attempt. */
    private int looksAtAttempt;

    private boolean settingVersion;
    /** Since another one leads. */
    private int looks;

    private Publisher(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            MemberApi member,
            PeerVersions versions,
            MemberConfig config,
            Runnable onPublished) {
        super(context);
        context.setLoggerName(Publisher.class); // a timer would give it one of its own
        this.member = member;
        this.versions = versions;
        this.config = config;
        this.onPublished = onPublished;
        timers.startTimerWithFixedDelay(Look.INSTANCE, config.electionTimeout().dividedBy(LOOKS_PER_ELECTION_TIMEOUT));
        goOn();
    }

    /** @param onPublished run once, or again after a restart; must not block */
    static Behavior<Command> create(
            MemberApi member, PeerVersions versions, MemberConfig config, Runnable onPublished) {
        return Behaviors.supervise(Behaviors.<Command>setup(context -> Behaviors.withTimers(
                        timers -> new Publisher(context, timers, member, versions, config, onPublished))))
                .onFailure(Exception.class, SupervisorStrategy.restart());
    }

    @Override
    public Behavior<Command> onMessage(Command command) {
        switch (command) {
            case LeaderChanged changed -> {
                looks = 0;
                goOn();
            }
            case Look look -> {
                looks++;
                if (publishing && ++looksAtAttempt >= LOOKS_PER_ELECTION_TIMEOUT) publishing = false;
                goOn();
            }
            case Published answered -> onPublished(answered);
            case VersionSet answered -> onVersionSet(answered);
        }
        return this;
    }

    private void goOn() {
        var status = member.status();
        if (!published && !publishing && status.hasLeader()) publish();
        if (published && !settingVersion && status.isLeader()) decideVersion();
    }

    private void publish() {
        publishing = true;
        looksAtAttempt = 0;
        int number = ++attempt;
        var attributes = Attributes.newBuilder()
                .setName(config.self().getName())
                .addAllClientUrls(config.self().getClientURLsList());
        var request = InternalRaftRequest.newBuilder()
                .setClusterMemberAttrSet(ClusterMemberAttrSetRequest.newBuilder()
                        .setMemberID(config.self().getID())
                        .setMemberAttributes(attributes));
        var self = getContext().getSelf();
        member.propose(withId(request), outcome -> self.tell(new Published(number, outcome)));
    }

    private void onPublished(Published answered) {
        if (published) return;
        if (answered.outcome() instanceof Outcome.Refused refused) {
            if (answered.attempt() != attempt) return;
            publishing = false;
            getContext()
                    .getLog()
                    .warn(
                            "failed to publish local member to cluster through raft: {}",
                            refused.refusal().text());
            return;
        }
        published = true;
        publishing = false;
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

    private void decideVersion() {
        var table = member.state().members();
        var present = table.clusterVersion();
        var known = new ArrayList<@Nullable ServerVersion>();
        for (var one : table.all()) {
            boolean self = one.getID() == member.memberId();
            known.add(self ? ServerVersion.parse(config.serverVersion()) : versions.of(one.getID()));
        }
        // Whoever is there says so within half an election timeout; the others may never come.
        if (present == null && known.contains(null) && looks < PATIENT_LOOKS) return;
        var decided = VersionDecision.of(present == null ? null : ServerVersion.parse(present), known);
        if (decided != null) setVersion(decided, present == null);
    }

    private void setVersion(ServerVersion version, boolean initial) {
        settingVersion = true;
        var request = InternalRaftRequest.newBuilder()
                .setClusterVersionSet(ClusterVersionSetRequest.newBuilder().setVer(version.toString()));
        var self = getContext().getSelf();
        member.propose(withId(request), outcome -> self.tell(new VersionSet(version, initial, outcome)));
    }

    private void onVersionSet(VersionSet answered) {
        settingVersion = false;
        if (answered.outcome() instanceof Outcome.Ok) {
            getContext()
                    .getLog()
                    .atInfo()
                    .addKeyValue("cluster-version", answered.version())
                    .log(answered.initial() ? "set initial cluster version" : "updated cluster version");
        }
    }

    private io.actd.apply.Command withId(InternalRaftRequest.Builder request) {
        return io.actd.apply.Command.of(
                request.setHeader(RequestHeader.newBuilder().setID(member.nextRequestId()))
                        .build());
    }
}
