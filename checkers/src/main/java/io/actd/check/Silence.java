package io.actd.check;

/** Times in which nothing was done. */
public final class Silence {
    private Silence() {}

    /**
     * The longest within these bounds.
     *
     * @param doneNanos when something was done, ascending
     */
    public static long longest(long[] doneNanos, long fromNanos, long toNanos) {
        long longest = 0;
        long last = fromNanos;
        for (long done : doneNanos) {
            if (done > fromNanos && done <= toNanos) {
                longest = Math.max(longest, done - last);
                last = done;
            }
        }
        return Math.max(longest, toNanos - last);
    }
}
