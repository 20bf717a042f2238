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
 * A member that is not ready tells it, too, if it can not become so alone: whoever it waits for may be who asks.
 *
 * <p>Who sends: {@link ClusterEnquiry} of any process that reaches the peer port, few and seldom. Holds no state; if it
 * fails it is gone, and whoever asks hears nothing.
 */
public final class ClusterDirectory {
    /** Its name below {@code /system}: known to whoever asks, so never to be changed. */
    public static final String NAME = "actd-members";

    private ClusterDirectory() {}

    /**
     * @param opened the member described, null while it can not be looked at
     * @param ready the same, null until it serves
     */
    public static Behavior<ClusterQuestion> create(
            Supplier<@Nullable MemberApi> opened, Supplier<@Nullable MemberApi> ready) {
        return Behaviors.receiveMessage(question -> {
            question.replyTo().tell(answer(opened.get(), ready.get(), question.about()));
            return Behaviors.same();
        });
    }

    /**
     * What is answered at the moment.
     *
     * @param opened null while it can not be looked at
     * @param ready null until it serves
     * @param about id of the member the question is about, 0 if unknown
     */
    public static ClusterAnswer answer(@Nullable MemberApi opened, @Nullable MemberApi ready, long about) {
        var member = ready == null && opened != null && needsOthers(opened) ? opened : ready;
        if (member == null) return NotReady.INSTANCE;
        var table = member.state().members();
        var version = table.clusterVersion();
        var cluster = new RunningCluster(member.clusterId(), version == null ? "" : version, table.all());
        return new Described(cluster, table.wasRemoved(about));
    }

    /** And has applied all it knows to be committed: one more conf change may be what the asker waits for. */
    private static boolean needsOthers(MemberApi waiting) {
        var voters = waiting.state().membership().voters();
        boolean alone = voters.size() == 1 && voters.contains(waiting.memberId());
        return !voters.isEmpty()
                && !alone
                && waiting.state().appliedIndex() >= waiting.status().commitIndex();
    }
}
