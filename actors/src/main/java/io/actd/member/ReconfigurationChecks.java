package io.actd.member;

import io.actd.protocol.Refusal;
import io.actd.protocol.api.Member;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses, before anything is proposed, changes after which the cluster could not go on (spec M-7, OP-56). A guard
 * against slips, not a promise: it counts what the answering member sees at the moment.
 */
final class ReconfigurationChecks {
    /** A peer counts once it has been connected for so long (spec OP-55). */
    private static final long HEALTHY_NANOS = Duration.ofSeconds(5).toNanos();

    private final long self;
    private final Connections connections;

    ReconfigurationChecks(long self, Connections connections) {
        this.self = self;
        this.connections = connections;
    }

    /** Null if the change may be proposed. */
    @Nullable
    Refusal check(MemberChange change, List<Member> members) {
        var voters = members.stream().filter(member -> !member.getIsLearner()).toList();
        return switch (change) {
            case MemberChange.Add add -> add(voters, add.member().getIsLearner());
            case MemberChange.Remove remove -> remove(remove.memberId(), members, voters);
            case MemberChange.Promote promote -> promote(voters);
            case MemberChange.Update update -> null;
        };
    }

    /** Spec M-7 a, b: the new member is counted as down. */
    private @Nullable Refusal add(List<Member> voters, boolean learner) {
        int quorum = quorum(voters.size() + 1);
        boolean alone = voters.size() == 1;
        if (!learner && started(voters) < quorum && !(alone && started(voters) == 1)) return Refusal.NOT_ENOUGH_STARTED;
        return alone || healthy(voters) >= quorum ? null : Refusal.UNHEALTHY;
    }

    /** Spec M-7 c to e: who is down anyway may go. */
    private @Nullable Refusal remove(long memberId, List<Member> members, List<Member> voters) {
        boolean learner = members.stream().anyMatch(member -> member.getID() == memberId && member.getIsLearner());
        if (learner) return null;
        var rest = voters.stream().filter(member -> member.getID() != memberId).toList();
        if (rest.isEmpty() || started(rest) < quorum(rest.size())) return Refusal.NOT_ENOUGH_STARTED;
        if (memberId != self && !connections.isConnected(memberId)) return null;
        return healthy(voters) - 1 >= quorum(voters.size() - 1) ? null : Refusal.UNHEALTHY;
    }

    /** Spec M-7 f. */
    private static @Nullable Refusal promote(List<Member> voters) {
        return 1 + started(voters) >= quorum(voters.size() + 1) ? null : Refusal.NOT_ENOUGH_STARTED;
    }

    private static int quorum(int voters) {
        return voters / 2 + 1;
    }

    /** Spec M-2: who has published itself. */
    private static int started(List<Member> members) {
        return (int)
                members.stream().filter(member -> !member.getName().isEmpty()).count();
    }

    /** This member included, if it votes. */
    private int healthy(List<Member> voters) {
        Set<Long> others = new HashSet<>();
        for (var voter : voters) others.add(voter.getID());
        int own = others.remove(self) ? 1 : 0;
        return own + connections.count(others, HEALTHY_NANOS);
    }
}
