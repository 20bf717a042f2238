package io.actd.raft;

import java.util.random.RandomGenerator;

/** One member of a Raft group. Not thread-safe: one owner feeds it events. */
public final class Raft {
    /** Starts as follower from what was recovered; committed but unapplied entries come with the first step. */
    public Raft(RaftConfig config, Recovered recovered, RandomGenerator random) {
        throw new UnsupportedOperationException();
    }

    /** Applies the rules to one event. */
    public Step on(Event event) {
        throw new UnsupportedOperationException();
    }

    public Effect.RoleName role() {
        throw new UnsupportedOperationException();
    }

    /** [persistent] monotonic. */
    public long currentTerm() {
        throw new UnsupportedOperationException();
    }

    /** The leader this member believes in, 0 if none. */
    public long leader() {
        throw new UnsupportedOperationException();
    }

    /** [volatile] monotonic. */
    public long commitIndex() {
        throw new UnsupportedOperationException();
    }

    public EntryId lastEntry() {
        throw new UnsupportedOperationException();
    }

    public Membership membership() {
        throw new UnsupportedOperationException();
    }
}
