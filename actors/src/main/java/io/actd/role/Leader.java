package io.actd.role;

import io.actd.lease.Lessor;
import io.actd.member.AutoCompactor;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Leads (§5.3): takes clients' work, and makes the lessor and the auto-compactor work for as long as it does. */
final class Leader extends AbstractMatchingBehavior<RaftNode.Command> {
    private final Effects effects;

    private Leader(ActorContext<RaftNode.Command> context, Effects effects) {
        super(context);
        this.effects = effects;
    }

    static Leader elected(ActorContext<RaftNode.Command> context, Effects effects) {
        var status = effects.status();
        effects.parts().lessor().tell(new Lessor.Promoted(status.term()));
        effects.parts().compactor().tell(AutoCompactor.Promoted.INSTANCE);
        var leader = new Leader(context, effects);
        effects.gather();
        return leader;
    }

    @Override
    public Behavior<RaftNode.Command> onMessage(RaftNode.Command command) {
        switch (command) {
            case RaftNode.Propose propose -> effects.intake().add(propose.command());
            case RaftNode.Read read -> effects.intake().add(read);
            case RaftNode.Shared shared -> effects.on(shared);
        }
        return switch (effects.status().role()) {
            case LEADER -> {
                effects.gather();
                yield this;
            }
            case FOLLOWER -> {
                deposed();
                yield new Follower(getContext(), effects).next();
            }
            case PRE_CANDIDATE, CANDIDATE -> {
                deposed();
                yield new Candidate(getContext(), effects);
            }
        };
    }

    private void deposed() {
        effects.stopLeading();
        effects.parts().lessor().tell(Lessor.Demoted.INSTANCE);
        effects.parts().compactor().tell(AutoCompactor.Demoted.INSTANCE);
    }
}
