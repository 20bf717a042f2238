package io.actd.raft;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Linearizable reads without log entries (thesis §6.4): a leader remembers its commit index, and answers with it once a
 * round of heartbeats has shown that it was still the leader after the reads were asked.
 *
 * <p>One round is under way at a time. All reads asked meanwhile share the next one. Bounded by what the owners admit. A
 * follower of three needs none: that it asks is the confirmation.
 */
final class ReadRounds {
    /** A read of member {@code from}, known there as {@code id}. */
    record Read(long from, long id) {}

    private List<Read> waiting = new ArrayList<>();
    private List<Read> running = List.of();
    private final Set<Long> confirmed = new HashSet<>();
    private long round;
    private long readIndex;

    void ask(Read read) {
        waiting.add(read);
    }

    boolean mayStart() {
        return running.isEmpty() && !waiting.isEmpty();
    }

    /** Starts a round for all who wait; returns its number, unique among those of this leader and so of its term. */
    long start(long commitIndex) {
        running = waiting;
        waiting = new ArrayList<>();
        confirmed.clear();
        readIndex = commitIndex;
        return ++round;
    }

    /** Number of the round under way, 0 if none. Heartbeats repeat it, in case the first ones were lost. */
    long running() {
        return running.isEmpty() ? 0 : round;
    }

    long readIndex() {
        return readIndex;
    }

    /** Member {@code from} still follows this leader, as of the start of that round. */
    void confirm(long from, long confirmedRound) {
        if (confirmedRound != 0 && confirmedRound == running()) {
            confirmed.add(from);
        }
    }

    /** True if a majority, the leader included, has confirmed the round under way. */
    boolean isConfirmed(Membership membership, long self) {
        if (running.isEmpty()) {
            return false;
        }
        long votes = membership.voters().stream()
                .filter(voter -> voter == self || confirmed.contains(voter))
                .count();
        return votes >= membership.quorum();
    }

    /**
     * True if a read needs no round, for whoever asks and the leader are a majority. When it asked, in this term, the asker
     * had voted in no later one, nor has the leader now; a later leader needs the vote of one of them, so none can have
     * committed anything before the read was asked.
     */
    static boolean isConfirmedByAsking(Membership membership, long self, long from) {
        int votes = membership.isVoter(self) ? 1 : 0;
        if (from != self && membership.isVoter(from)) {
            votes++;
        }
        return votes >= membership.quorum();
    }

    /** Ends the round; returns its reads. */
    List<Read> finish() {
        List<Read> done = running;
        running = List.of();
        return done;
    }

    /** Gives up everything. */
    List<Read> giveUp() {
        List<Read> all = new ArrayList<>(running);
        all.addAll(waiting);
        running = List.of();
        waiting = new ArrayList<>();
        return all;
    }
}
