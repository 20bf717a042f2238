package io.actd.role;

import io.actd.raft.Message;
import io.actd.world.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A leader's way to its peers. An append without entries, which mostly says no more than how far is committed, is kept back
 * for once or twice {@link #PATIENCE}, at most one per peer: if entries leave meanwhile they say it too, and a message and its
 * answer are spared. Whoever passed on a proposal or asked for a read waits for that news, and is told at once.
 *
 * <p>Only delays, and drops what a later message to the same peer makes worthless; the rules know nothing of it.
 */
final class CommitNews {
    /** Longer than a client takes from an answer to its next request. A watcher on a follower may wait that much longer. */
    static final Duration PATIENCE = Duration.ofMillis(1);

    private static final class Peer {
        /** Highest commit index in the appends sent. */
        long told;

        /** Last entry of what it passed on. */
        long awaited;

        Message.@Nullable AppendEntries kept;

        /** Meaningless while nothing is kept. */
        long keptSinceNanos;
    }

    private final Map<Long, Peer> peers = new HashMap<>();
    private final Clock clock;
    private final Consumer<Message> network;
    private final Runnable due;
    private boolean timerRuns;

    /** @param due told from another thread when {@link #sendDue} is to be called */
    CommitNews(Clock clock, Consumer<Message> network, Runnable due) {
        this.clock = clock;
        this.network = network;
        this.due = due;
    }

    void send(Message message) {
        switch (message) {
            case Message.AppendEntries append -> {
                var peer = peer(append.to());
                if (append.entries().isEmpty() && peer.awaited <= peer.told) keep(peer, append);
                else sendNow(peer, append);
            }
            case Message.ReadIndexReply reply -> {
                var peer = peer(reply.to());
                if (peer.kept != null) sendNow(peer, peer.kept);
                network.accept(reply);
            }
            default -> network.accept(message);
        }
    }

    /** The peer passed on proposals; if they were taken, the log now ends with them. */
    void passedOn(long from, long lastIndex) {
        peer(from).awaited = lastIndex;
    }

    /** Sends what was kept long enough. */
    void sendDue() {
        timerRuns = false;
        long now = clock.nanoTime();
        boolean someKept = false;
        for (var peer : peers.values()) {
            if (peer.kept == null) continue;
            if (now - peer.keptSinceNanos >= PATIENCE.toNanos()) sendNow(peer, peer.kept);
            else someKept = true;
        }
        if (someKept) startTimer();
    }

    /** Sends all that is kept: who is about to be removed hears of it only now. */
    void sendKept() {
        for (var peer : peers.values()) {
            if (peer.kept != null) sendNow(peer, peer.kept);
        }
    }

    /** This member leads no longer, and its news is nobody's. */
    void stop() {
        peers.clear();
    }

    private Peer peer(long id) {
        return peers.computeIfAbsent(id, any -> new Peer());
    }

    private void keep(Peer peer, Message.AppendEntries append) {
        if (peer.kept == null) peer.keptSinceNanos = clock.nanoTime();
        peer.kept = append;
        if (!timerRuns) startTimer();
    }

    private void startTimer() {
        timerRuns = true;
        clock.after(PATIENCE, due);
    }

    private void sendNow(Peer peer, Message.AppendEntries append) {
        peer.kept = null;
        peer.told = Math.max(peer.told, append.leaderCommit());
        network.accept(append);
    }
}
