package io.actd.simulation.check;

import java.util.function.LongSupplier;

/** Since when nothing has been wrong, by virtual time: no fault going on, nobody starting, nobody new leading. */
public final class Calm {
    private final LongSupplier now;
    private int wrong;
    private long since;
    private long untouchedSince;

    public Calm(LongSupplier now) {
        this.now = now;
    }

    /** Something happened that may take a while to get over. */
    public void disturbed() {
        since = now.getAsLong();
        untouchedSince = since;
    }

    /** Another member leads. If nothing else happened that is not what somebody did to the cluster. */
    public void ledAnew() {
        since = now.getAsLong();
    }

    /** Something is wrong until {@link #rights}. */
    public void wrongs() {
        wrong++;
    }

    public void rights() {
        wrong--;
        disturbed();
    }

    /** Since then all is well; now if it is not. */
    public long sinceNanos() {
        return wrong > 0 ? now.getAsLong() : since;
    }

    /** The same, but whoever leads: no fault and no start since then. */
    public long untouchedSinceNanos() {
        return wrong > 0 ? now.getAsLong() : untouchedSince;
    }
}
