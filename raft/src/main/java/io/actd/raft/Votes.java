package io.actd.raft;

import java.util.HashMap;
import java.util.Map;

/** The answers to one election or pre-vote, counted against the membership of the moment: learners do not count. */
final class Votes {
    enum Outcome {
        OPEN,
        WON,
        LOST
    }

    private final Map<Long, Boolean> answers = new HashMap<>();

    /** The first answer of a member stays. */
    void record(long voter, boolean granted) {
        answers.putIfAbsent(voter, granted);
    }

    boolean has(long voter) {
        return answers.containsKey(voter);
    }

    /** §5.2: won with a majority; lost when a majority has denied or too few are left. */
    Outcome outcome(Membership membership) {
        int granted = 0;
        int open = 0;
        for (long voter : membership.voters()) {
            Boolean answer = answers.get(voter);
            if (answer == null) {
                open++;
            } else if (answer) {
                granted++;
            }
        }
        if (granted >= membership.quorum()) {
            return Outcome.WON;
        }
        return granted + open < membership.quorum() ? Outcome.LOST : Outcome.OPEN;
    }
}
