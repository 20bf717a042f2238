package io.actd.join;

import org.apache.pekko.actor.typed.ActorRef;

/** What travels between the two sides; {@link JoinSerializer} carries it. */
public sealed interface JoinMessage {
    /** @param about id of the member that asks, 0 if it does not know it yet */
    record ClusterQuestion(long about, ActorRef<ClusterAnswer> replyTo) implements JoinMessage {}

    /** The answer to a {@link ClusterQuestion}. */
    sealed interface ClusterAnswer extends JoinMessage {}

    /** The member asked is not ready itself; ask again. */
    enum NotReady implements ClusterAnswer {
        INSTANCE
    }

    /** @param removed the member asked about was removed from this cluster, for ever (spec M-8) */
    record Described(RunningCluster cluster, boolean removed) implements ClusterAnswer {}
}
