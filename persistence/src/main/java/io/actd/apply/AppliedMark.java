package io.actd.apply;

import io.actd.backend.Bucket;
import io.actd.backend.BufferedBackend;

/** How far the log is applied: the rows of bucket meta that every flush carries (spec FM-68). */
final class AppliedMark {
    static final byte[] CONSISTENT_INDEX = Rows.ascii("consistent_index");
    static final byte[] TERM = Rows.ascii("term");

    /** [persistent] index of the last applied entry, monotonic; written last, so whoever sees it sees the effects. */
    private volatile long index;
    /** [persistent] its term. */
    private volatile long term;

    /** [volatile] the index the last cut carried; writer thread only. */
    private long cutIndex;

    static AppliedMark load(BufferedBackend backend) {
        var mark = new AppliedMark();
        var index = backend.get(Bucket.META, CONSISTENT_INDEX);
        var term = backend.get(Bucket.META, TERM);
        if (term != null) mark.term = Rows.uint64(term);
        if (index != null) mark.index = Rows.uint64(index);
        mark.cutIndex = mark.index;
        return mark;
    }

    long index() {
        return index;
    }

    long term() {
        return term;
    }

    void moveTo(long newIndex, long newTerm) {
        term = newTerm;
        index = newIndex;
    }

    /** Puts the rows behind everything applied so far; false if nothing was applied since the last cut. */
    boolean cut(BufferedBackend backend) {
        if (index == cutIndex) return false;
        backend.put(Bucket.META, CONSISTENT_INDEX, Rows.uint64(index));
        backend.put(Bucket.META, TERM, Rows.uint64(term));
        cutIndex = index;
        return true;
    }
}
