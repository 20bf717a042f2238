package io.actd.node.run;

import io.actd.member.Member;
import io.actd.member.MemberConfig;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The guardian of the actor system until it is known who this member is, for a member that joins has to ask, and asking
 * takes an actor system; then it becomes the {@link Member}.
 */
final class Guardian {
    /** Be this member from now on. */
    record Begin(MemberConfig config) {}

    private Guardian() {}

    /** Takes {@link Begin} once, before and afterwards {@link Member.Stop}. */
    static Behavior<Object> create(Function<MemberConfig, Behavior<Member.Command>> member) {
        return Behaviors.receive(Object.class)
                .onMessage(Begin.class, begin -> member.apply(begin.config()).unsafeCast())
                .onMessage(Member.Stop.class, Guardian::stop)
                .build();
    }

    private static Behavior<Object> stop(Member.Stop stop) {
        stop.replyTo().tell(Done.getInstance());
        return Behaviors.stopped();
    }
}
