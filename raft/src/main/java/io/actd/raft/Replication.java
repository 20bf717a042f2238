package io.actd.raft;

import io.actd.invariant.Invariant;
import io.actd.raft.Message.AppendEntries;
import io.actd.raft.Message.AppendEntriesReply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;

/** A leader's side of log replication (§5.3): the progress of every peer, and what is sent to whom. */
final class Replication {
    /** Election timeouts without word from a peer that was given the store, until it is probed again. */
    private static final int INSTALL_PATIENCE = 10;

    private final MemberState state;
    private final Map<Long, Progress> peers = new TreeMap<>(Long::compareUnsigned);

    Replication(MemberState state) {
        this.state = state;
        takeNew();
    }

    private List<Progress> takeNew() {
        List<Progress> added = new ArrayList<>();
        Membership membership = state.membership();
        for (SortedSet<Long> ids : List.of(membership.voters(), membership.learners())) {
            for (long peer : ids) {
                if (peer != state.self() && !peers.containsKey(peer)) {
                    // Figure 2: nextIndex starts behind the leader's last entry, matchIndex at 0.
                    var progress = new Progress(state.config(), state.log().lastIndex() + 1);
                    peers.put(peer, progress);
                    added.add(progress);
                }
            }
        }
        return added;
    }

    /**
     * Forgets removed peers and starts to probe new ones. Those count as heard at first, so that a member added to a
     * small group does not cost the leader its majority at once.
     */
    void membershipChanged() {
        peers.keySet().removeIf(peer -> !state.membership().contains(peer));
        takeNew().forEach(Progress::heard);
        peers.forEach((peer, progress) -> send(peer, progress, progress.mode() == Progress.Mode.PROBE));
    }

    // ---- sending

    /** Sends every peer what it may be sent; an empty message too if only the commit index is news. */
    void sendAll(boolean evenIfEmpty) {
        peers.forEach((peer, progress) -> send(peer, progress, evenIfEmpty));
    }

    private void send(long peer, Progress progress, boolean evenIfEmpty) {
        boolean empty = evenIfEmpty;
        while (progress.maySend()
                && (empty || progress.nextIndex() <= state.log().lastIndex())) {
            if (!state.log().holdsTermOf(progress.nextIndex() - 1)) {
                sendSnapshot(peer, progress);
                return;
            }
            sendOne(peer, progress, state.config().maxMessageBytes());
            empty = false;
        }
    }

    /** The window is full. If it was lost, an empty message behind it is rejected and shows that. */
    private void sendEmpty(long peer, Progress progress) {
        if (state.log().holdsTermOf(progress.nextIndex() - 1)) {
            sendOne(peer, progress, 0);
        } else {
            sendSnapshot(peer, progress); // others were faster, and the log has moved on beyond the window
        }
    }

    private void sendOne(long peer, Progress progress, int maxBytes) {
        RaftLog log = state.log();
        long next = progress.nextIndex();
        List<Entry> entries = maxBytes == 0 ? List.of() : log.slice(next, maxBytes);
        var previous = new EntryId(log.termAt(next - 1), next - 1);
        state.send(
                new AppendEntries(state.self(), peer, state.currentTerm(), previous, entries, state.settledCommit()));
        long lastSent = next + entries.size() - 1;
        progress.sent(entries.size(), lastSent, log.sizeBytes(next, lastSent), state.settledCommit());
    }

    /** §7: the entries it needs are discarded. Not to a peer that is silent: a transfer is costly and would only fail. */
    private void sendSnapshot(long peer, Progress progress) {
        if (progress.recentlyActive()) {
            progress.snapshot(state.log().start().index());
            state.askForSnapshot(peer);
        }
    }

    /** §5.2: tells all that the leader lives, and how far what they hold is committed. */
    void heartbeat(long readRound) {
        peers.forEach((peer, progress) -> heartbeat(peer, progress, readRound));
    }

    /** As {@link #heartbeat(long)}, only to those whose word counts. */
    void heartbeatVoters(long readRound) {
        peers.forEach((peer, progress) -> {
            if (state.membership().isVoter(peer)) {
                heartbeat(peer, progress, readRound);
            }
        });
    }

    private void heartbeat(long peer, Progress progress, long readRound) {
        // Not the plain commit index: the peer's log may still end otherwise there, and it does not check.
        long commitIndex = Math.min(progress.matchIndex(), state.settledCommit());
        state.send(new Message.Heartbeat(state.self(), peer, state.currentTerm(), commitIndex, readRound));
    }

    // ---- answers

    /** The peer took or rejected entries. */
    void onReply(AppendEntriesReply reply) {
        Progress progress = peers.get(reply.from());
        if (progress == null) {
            return; // removed meanwhile
        }
        progress.heard();
        if (reply.rejected()) {
            EntryId hint = reply.hint();
            long agreeIndex =
                    state.log().lastNotAfter(hint.index(), hint.term()).index();
            if (progress.rejected(reply.matchIndex(), agreeIndex)) {
                send(reply.from(), progress, true);
            }
            return;
        }
        Invariant.check(
                reply.matchIndex() <= state.log().lastIndex(),
                "match-within-leader-log",
                reply.matchIndex(),
                state.log().lastIndex());
        progress.accepted(reply.matchIndex(), state.log().firstIndex());
        // A peer that could not be sent anything may have missed the news of a commit.
        send(reply.from(), progress, progress.commitTold() < state.settledCommit());
    }

    /** The peer answered a heartbeat: whatever was sent to it and not answered may be lost. */
    void onHeartbeatReply(long peer) {
        Progress progress = peers.get(peer);
        if (progress == null) {
            return;
        }
        progress.heard();
        progress.resume();
        SnapshotMark delivered = progress.delivered();
        if (delivered != null) {
            sendInstall(peer, delivered);
        } else if (progress.mode() == Progress.Mode.REPLICATE && !progress.maySend()) {
            sendEmpty(peer, progress);
        } else if (progress.mode() == Progress.Mode.PROBE
                || progress.matchIndex() < state.log().lastIndex()) {
            send(peer, progress, true);
        }
    }

    void onUnreachable(long peer) {
        Progress progress = peers.get(peer);
        if (progress != null && progress.mode() == Progress.Mode.REPLICATE) {
            progress.probe();
        }
    }

    /** True if that peer is being sent the store: it will not have the whole log soon. */
    boolean isSentTheStore(long peer) {
        Progress progress = peers.get(peer);
        return progress != null && progress.mode() == Progress.Mode.SNAPSHOT;
    }

    /** A transfer of the store ended (§7). The peer installs it once told to; its acknowledgement ends the matter. */
    void onSnapshotSent(Event.SnapshotSent sent) {
        Progress progress = peers.get(sent.peer());
        if (progress == null || progress.mode() != Progress.Mode.SNAPSHOT) {
            return;
        }
        if (sent.delivered()) {
            progress.delivered(sent.mark());
            sendInstall(sent.peer(), sent.mark());
        } else {
            progress.probeLater();
        }
    }

    private void sendInstall(long peer, SnapshotMark mark) {
        state.send(new Message.InstallSnapshot(state.self(), peer, state.currentTerm(), mark));
    }

    void tick() {
        for (Progress progress : peers.values()) {
            if (progress.outOfPatience(INSTALL_PATIENCE * state.config().electionTicks())) {
                progress.probeLater();
            }
        }
    }

    /** The log behind this index is needed by some peer that is there, or soon will be. */
    long neededFromIndex() {
        long from = Long.MAX_VALUE;
        for (Progress progress : peers.values()) {
            from = Math.min(from, progress.neededFromIndex());
        }
        return from;
    }

    // ---- majorities

    /** The highest index that is durable on a majority of the voters (§5.3). */
    long majorityIndex() {
        var voters = state.membership().voters();
        if (voters.isEmpty()) {
            return 0;
        }
        long[] matches = new long[voters.size()];
        int i = 0;
        for (long voter : voters) {
            matches[i++] = matchIndex(voter);
        }
        Arrays.sort(matches);
        return matches[matches.length - state.membership().quorum()];
    }

    /** Of those who have most of the log, that one left out, the lowest id; 0 if there is no voter. */
    long mostAdvancedVoter(long except) {
        long best = 0;
        for (long voter : state.membership().voters()) {
            if (voter != except && (best == 0 || matchIndex(voter) > matchIndex(best))) {
                best = voter;
            }
        }
        return best;
    }

    long matchIndex(long peer) {
        if (peer == state.self()) {
            return state.durableIndex(); // the leader counts itself like everyone: by what is on disk
        }
        Progress progress = peers.get(peer);
        return progress == null ? 0 : progress.matchIndex();
    }

    /** True if a majority was heard since the last call (thesis §6.2). */
    boolean majorityHeard() {
        int heard = 0;
        for (long voter : state.membership().voters()) {
            Progress progress = peers.get(voter);
            if (voter == state.self() || (progress != null && progress.recentlyActive())) {
                heard++;
            }
        }
        peers.values().forEach(Progress::forgetActivity);
        return heard >= state.membership().quorum();
    }
}
