package io.actd.raft;

import org.jspecify.annotations.Nullable;

/**
 * How far one peer is, as its leader sees it.
 *
 * <pre>
 *            accepted                       too far behind
 *   PROBE ────────────▶ REPLICATE     PROBE ────────────▶ SNAPSHOT
 *         ◀────────────                     ◀────────────
 *      rejected, unreachable              failed, no word for too long
 * </pre>
 *
 * An acknowledgement at or behind the snapshot's mark leads from SNAPSHOT to REPLICATE.
 */
final class Progress {
    enum Mode {
        /** It is not known where the logs agree: one message at a time (§5.3). */
        PROBE,
        /** The logs agree up to {@link #nextIndex}: a window of messages is under way. */
        REPLICATE,
        /** The entries it needs are gone: the store is being sent (§7). */
        SNAPSHOT
    }

    private final InflightWindow window;
    private Mode mode = Mode.PROBE;

    /** [volatile] highest index known to be durable there, monotonic (Figure 2). */
    private long matchIndex;

    /** [volatile] next entry to send, above {@link #matchIndex} (Figure 2). */
    private long nextIndex;

    /** [volatile] the commit index in the last append message sent. */
    private long commitTold;

    /** PROBE: a probe is under way; the next one leaves when it, or a heartbeat, is answered. */
    private boolean paused;

    /** It was heard since the last check of the quorum (thesis §6.2). */
    private boolean recentlyActive;

    /** It was heard between the last two checks. */
    private boolean activeBefore;

    /** SNAPSHOT: where the log began when the store was asked for; the copy is no older. */
    private long snapshotFromIndex;

    /** SNAPSHOT: the store up to here has arrived there; null while it is still being sent. */
    private @Nullable SnapshotMark delivered;

    private int ticksSinceDelivery;

    Progress(RaftConfig config, long nextIndex) {
        this.window = new InflightWindow(config.maxInflightMessages(), config.maxInflightBytes());
        this.nextIndex = nextIndex;
    }

    Mode mode() {
        return mode;
    }

    long matchIndex() {
        return matchIndex;
    }

    long nextIndex() {
        return nextIndex;
    }

    @Nullable
    SnapshotMark delivered() {
        return delivered;
    }

    boolean recentlyActive() {
        return recentlyActive;
    }

    void heard() {
        recentlyActive = true;
    }

    void forgetActivity() {
        activeBefore = recentlyActive;
        recentlyActive = false;
    }

    /** True if entries may be sent now. */
    boolean maySend() {
        return switch (mode) {
            case PROBE -> !paused;
            case REPLICATE -> !window.isFull();
            case SNAPSHOT -> false;
        };
    }

    long commitTold() {
        return commitTold;
    }

    /** A message with entries up to {@code lastIndex}, or an empty one, leaves. */
    void sent(int entries, long lastIndex, long bytes, long commitIndex) {
        commitTold = commitIndex;
        if (mode == Mode.PROBE) {
            paused = true;
        } else if (entries > 0) {
            nextIndex = lastIndex + 1;
            window.add(lastIndex, bytes);
        }
    }

    /** The peer answers at all: a lost probe is tried again. */
    void resume() {
        paused = false;
    }

    /**
     * The peer holds everything up to {@code index}, durably.
     *
     * @param firstIndex first index of the leader's log: a peer with a snapshot can go on from there only
     */
    void accepted(long index, long firstIndex) {
        matchIndex = Math.max(matchIndex, index);
        nextIndex = Math.max(nextIndex, matchIndex + 1);
        switch (mode) {
            case PROBE -> replicate();
            case REPLICATE -> window.acknowledge(index);
            case SNAPSHOT -> {
                if (matchIndex + 1 >= firstIndex) {
                    replicate();
                }
            }
        }
    }

    private void replicate() {
        mode = Mode.REPLICATE;
        delivered = null;
        window.clear();
        nextIndex = matchIndex + 1;
    }

    /**
     * The peer has no entry {@code rejectedIndex} of the term it was asked about.
     *
     * @param agreeIndex furthest index at which the logs can still agree
     * @return false if the answer is late and tells nothing new
     */
    boolean rejected(long rejectedIndex, long agreeIndex) {
        switch (mode) {
            case PROBE -> {
                if (nextIndex - 1 != rejectedIndex) {
                    return false;
                }
                nextIndex = Math.max(Math.min(rejectedIndex, agreeIndex + 1), matchIndex + 1);
                paused = false;
                return true;
            }
            case REPLICATE -> {
                if (rejectedIndex <= matchIndex) {
                    return false;
                }
                probe();
                return true;
            }
            case SNAPSHOT -> {
                return false;
            }
        }
        throw new AssertionError(mode);
    }

    /** Messages may be lost: goes back to the last place where the logs are known to agree. */
    void probe() {
        mode = Mode.PROBE;
        delivered = null;
        paused = false;
        window.clear();
        nextIndex = matchIndex + 1;
    }

    /** As {@link #probe()}, but only once the peer has answered a heartbeat. */
    void probeLater() {
        probe();
        paused = true;
    }

    void snapshot(long logStartIndex) {
        mode = Mode.SNAPSHOT;
        snapshotFromIndex = logStartIndex;
        delivered = null;
        ticksSinceDelivery = 0;
        window.clear();
    }

    /** The log behind this index will be sent to the peer; that behind the largest number if it is not there. */
    long neededFromIndex() {
        if (mode == Mode.SNAPSHOT) {
            return snapshotFromIndex;
        }
        return recentlyActive || activeBefore ? matchIndex : Long.MAX_VALUE;
    }

    void delivered(SnapshotMark mark) {
        delivered = mark;
        ticksSinceDelivery = 0;
    }

    /** One tick passed; true if a delivered store has not been acknowledged for {@code patienceTicks}. */
    boolean outOfPatience(int patienceTicks) {
        return mode == Mode.SNAPSHOT && delivered != null && ++ticksSinceDelivery >= patienceTicks;
    }

    @Override
    public String toString() {
        return mode + " match=" + matchIndex + " next=" + nextIndex;
    }
}
