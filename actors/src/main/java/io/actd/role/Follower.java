package io.actd.role;

import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Follows a leader (§5.2): the rules pass clients' work on to it; while none is known the work is held. */
final class Follower extends AbstractMatchingBehavior<RaftNode.Command> {
    private final Effects effects;

    Follower(ActorContext<RaftNode.Command> context, Effects effects) {
        super(context);
        this.effects = effects;
    }

    @Override
    public Behavior<RaftNode.Command> onMessage(RaftNode.Command command) {
        switch (command) {
            case RaftNode.Propose propose -> onPropose(propose);
            case RaftNode.Read read -> effects.intake().add(read);
            case RaftNode.Shared shared -> effects.on(shared);
        }
        return next();
    }

    private void onPropose(RaftNode.Propose propose) {
        if (effects.status().hasLeader()) effects.intake().add(propose.command());
        else effects.intake().hold(propose.command());
    }

    /** The behaviour for the role the rules are in now. */
    Behavior<RaftNode.Command> next() {
        return switch (effects.status().role()) {
            case FOLLOWER -> {
                effects.gather();
                yield this;
            }
            case PRE_CANDIDATE, CANDIDATE -> new Candidate(getContext(), effects);
            case LEADER -> Leader.elected(getContext(), effects);
        };
    }
}
