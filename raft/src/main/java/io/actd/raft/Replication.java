package io.actd.raft;

import io.actd.invariant.Invariant;
import io.actd.raft.Message.AppendEntries;
import io.actd.raft.Message.AppendEntriesReply;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** A leader's side of log replication (§5.3): the progress of every peer, and what is sent to whom. */
final class Replication {
    /** Election timeouts without word from a peer that was given the store, until it is probed again. */
    private static final int INSTALL_PATIENCE = 10;

    private final MemberState state;
    private final Map<Long, Progress> peers = new TreeMap<>(Long::compareUnsigned);

    Replication(MemberState state) {
        this.state = state;
        membershipChanged();
    }

    /** Takes up new peers and forgets removed ones. */
    void membershipChanged() {
        Membership membership = state.membership();
        peers.keySet().removeIf(peer -> !membership.contains(peer));
        membership.voters().forEach(this::take);
        membership.learners().forEach(this::take);
    }

    private void take(long peer) {
        if (peer != state.self()) {
            // Figure 2: nextIndex starts behind the leader's last entry, matchIndex at 0.
            peers.computeIfAbsent(
                    peer, id -> new Progress(state.config(), state.log().lastIndex() + 1));
        }
    }

    /** New peers count as heard, so that one added to a small group does not cost the leader its majority at once. */
    void countAllAsHeard() {
        peers.values().forEach(Progress::heard);
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
            long previousIndex = progress.nextIndex() - 1;
            if (!state.log().holdsTermOf(previousIndex)) {
                sendSnapshot(peer, progress);
                return;
            }
            sendOne(peer, progress, true);
            empty = false;
        }
    }

    private void sendOne(long peer, Progress progress, boolean withEntries) {
        RaftLog log = state.log();
        long next = progress.nextIndex();
        var entries = withEntries ? log.slice(next, state.config().maxMessageBytes()) : java.util.List.<Entry>of();
        var previous = new EntryId(log.termAt(next - 1), next - 1);
        state.send(new AppendEntries(state.self(), peer, state.currentTerm(), previous, entries, state.commitIndex()));
        long lastSent = next + entries.size() - 1;
        progress.sent(entries.size(), lastSent, entries.isEmpty() ? 0 : log.sizeBytes(next, lastSent));
    }

    /** §7: the entries it needs are discarded. Not to a peer that is silent: a transfer is costly and would only fail. */
    private void sendSnapshot(long peer, Progress progress) {
        if (progress.recentlyActive()) {
            progress.snapshot();
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
        long commitIndex = Math.min(progress.matchIndex(), state.commitIndex());
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
        send(reply.from(), progress, false);
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
            // The window is full. If it was lost, an empty message behind it is rejected and shows that.
            sendOne(peer, progress, false);
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
