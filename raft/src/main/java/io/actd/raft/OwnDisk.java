package io.actd.raft;

/**
 * Sees whether a leader's own disk stands still while those of the others do not. A majority commits without it (thesis
 * §10.2.1), but what the leader alone decides, from what it has applied, waits for its own log: leases, changes of members.
 *
 * <p>That something is committed which this disk lacks does not say that the others are quick: they may only have begun to
 * write earlier. So something has to be committed that came after this disk stood still.
 */
final class OwnDisk {
    private long durableIndex;

    /** Where the log ended when the disk began to stand still. */
    private long lastBefore;

    /** Where it ended half of the time later. */
    private long lastHalfway;

    private int ticks;

    /**
     * Asked with each tick; then, whatever the answer, it takes as many ticks again.
     *
     * @param durableNow what of the log is on disk
     * @param lastIndex where it ends
     * @param committed what a majority has
     * @param patience so many ticks may the disk stand still
     */
    boolean standsStill(long durableNow, long lastIndex, long committed, int patience) {
        if (durableNow != durableIndex || durableNow == lastIndex) {
            durableIndex = durableNow;
            begin(lastIndex);
            return false;
        }
        ticks++;
        if (ticks <= patience / 2) {
            lastHalfway = lastIndex;
        }
        if (ticks < patience) {
            return false;
        }
        boolean othersWrite = lastHalfway > lastBefore && committed >= lastHalfway;
        begin(lastIndex);
        return othersWrite;
    }

    private void begin(long lastIndex) {
        ticks = 0;
        lastBefore = lastIndex;
        lastHalfway = lastIndex;
    }
}
