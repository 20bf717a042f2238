package io.actd.raft;

/**
 * Sees whether a leader's own disk holds it up. A majority commits without it (thesis §10.2.1), but what the leader applies
 * and answers waits for its own log; another would lead better.
 */
final class OwnDisk {
    private long durableIndex;
    private int ticks;

    /**
     * Asked with each tick: true if for so many ticks nothing more has become durable here, although the others have made
     * entries committed that this log lacks on disk. Then it takes as many ticks again.
     */
    boolean holdsUp(long durableNow, long committed, int patience) {
        boolean stands = durableNow == durableIndex && durableNow < committed;
        durableIndex = durableNow;
        ticks = stands ? ticks + 1 : 0;
        if (ticks < patience) {
            return false;
        }
        ticks = 0;
        return true;
    }
}
