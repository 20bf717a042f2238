package io.actd.raft;

import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who takes part. Changes one member at a time (thesis §4.1), so old and new majorities always overlap.
 *
 * @param voters ids of the members that vote, ascending as unsigned numbers
 * @param learners ids of the members that receive the log without voting (thesis §4.2.1), disjoint from the voters
 */
public record Membership(SortedSet<Long> voters, SortedSet<Long> learners) {
    public static final Membership EMPTY = of(Set.of(), Set.of());

    public Membership {
        voters = sorted(voters);
        learners = sorted(learners);
        if (!Collections.disjoint(voters, learners)) {
            throw new IllegalArgumentException("a member is voter and learner: " + voters + " " + learners);
        }
    }

    public static Membership of(Set<Long> voters, Set<Long> learners) {
        return new Membership(sorted(voters), sorted(learners));
    }

    /** Number of voters that make a majority. */
    public int quorum() {
        return voters.size() / 2 + 1;
    }

    public boolean isVoter(long id) {
        return voters.contains(id);
    }

    public boolean contains(long id) {
        return voters.contains(id) || learners.contains(id);
    }

    /** With {@code id} as voter; a learner of that id is promoted. */
    public Membership withVoter(long id) {
        var v = sorted(voters);
        v.add(id);
        var l = sorted(learners);
        l.remove(id);
        return new Membership(v, l);
    }

    /** With {@code id} as learner; a voter of that id is demoted. */
    public Membership withLearner(long id) {
        var v = sorted(voters);
        v.remove(id);
        var l = sorted(learners);
        l.add(id);
        return new Membership(v, l);
    }

    public Membership without(long id) {
        var v = sorted(voters);
        v.remove(id);
        var l = sorted(learners);
        l.remove(id);
        return new Membership(v, l);
    }

    private static TreeSet<Long> sorted(Set<Long> ids) {
        var set = new TreeSet<>(Long::compareUnsigned);
        set.addAll(ids);
        return set;
    }
}
