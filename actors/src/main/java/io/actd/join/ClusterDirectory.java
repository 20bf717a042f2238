package io.actd.join;

import io.actd.join.JoinMessage.ClusterAnswer;
import io.actd.join.JoinMessage.ClusterQuestion;
import io.actd.join.JoinMessage.Described;
import io.actd.join.JoinMessage.NotReady;
import io.actd.member.MemberApi;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * Tells who is in the cluster, from applied state: what etcd serves as {@code /members} on its peer port (spec §7.5).
 *
 * <p>Who sends: {@link ClusterEnquiry} of any process that reaches the peer port, few and seldom. Holds no state; if it
 * fails it is gone, and whoever asks hears nothing.
 */
public final class ClusterDirectory {
    /** Its name below {@code /system}: known to whoever asks, so never to be changed. */
    public static final String NAME = "actd-members";

    private ClusterDirectory() {}

    /** @param member the member described, null while it is not ready */
    public static Behavior<ClusterQuestion> create(Supplier<@Nullable MemberApi> member) {
        return Behaviors.receiveMessage(question -> {
            question.replyTo().tell(answer(member.get(), question.about()));
            return Behaviors.same();
        });
    }

    private static ClusterAnswer answer(@Nullable MemberApi member, long about) {
        if (member == null) return NotReady.INSTANCE;
        var table = member.state().members();
        var version = table.clusterVersion();
        var cluster = new RunningCluster(member.clusterId(), version == null ? "" : version, table.all());
        return new Described(cluster, table.wasRemoved(about));
    }
}
