package io.actd.role;

import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Asks for votes, or first whether it could win (§5.2, thesis §9.6). Holds clients' work, a bounded amount of it. */
final class Candidate extends AbstractMatchingBehavior<RaftNode.Command> {
    private final Effects effects;

    Candidate(ActorContext<RaftNode.Command> context, Effects effects) {
        super(context);
        this.effects = effects;
    }

    @Override
    public Behavior<RaftNode.Command> onMessage(RaftNode.Command command) {
        switch (command) {
            case RaftNode.Propose propose -> effects.intake().hold(propose.command());
            case RaftNode.Read read -> effects.intake().add(read);
            case RaftNode.Shared shared -> effects.on(shared);
        }
        return switch (effects.status().role()) {
            case PRE_CANDIDATE, CANDIDATE -> this;
            case FOLLOWER -> new Follower(getContext(), effects).next();
            case LEADER -> Leader.elected(getContext(), effects);
        };
    }
}
