package io.actd.mvcc;

import java.util.concurrent.atomic.LongAdder;

/** What was read and written since the store was loaded, counted as etcd does (spec operations.md §8.2). Thread-safe. */
public final class Operations {
    private final LongAdder ranges = new LongAdder();
    private final LongAdder puts = new LongAdder();
    private final LongAdder deletes = new LongAdder();
    private final LongAdder txns = new LongAdder();
    private final LongAdder putBytes = new LongAdder();

    /** Ranges read, compares and previous pairs included. */
    public long ranges() {
        return ranges.sum();
    }

    public long puts() {
        return puts.sum();
    }

    /** Deletions asked for, whatever they found. */
    public long deletes() {
        return deletes.sum();
    }

    /** Reads and writes that consisted of more than one of these. */
    public long txns() {
        return txns.sum();
    }

    /** Keys and values of the puts. */
    public long putBytes() {
        return putBytes.sum();
    }

    /** Goes on where the store that is replaced ends. */
    public void goOnFrom(Operations before) {
        ranges.add(before.ranges());
        puts.add(before.puts());
        deletes.add(before.deletes());
        txns.add(before.txns());
        putBytes.add(before.putBytes());
    }

    public void txn() {
        txns.increment();
    }

    void range() {
        ranges.increment();
    }

    void wrote(int rangesRead, int putsDone, int deletesDone, long bytesPut) {
        if (rangesRead > 0) ranges.add(rangesRead);
        if (putsDone > 0) puts.add(putsDone);
        if (deletesDone > 0) deletes.add(deletesDone);
        if (bytesPut > 0) putBytes.add(bytesPut);
        if (rangesRead + putsDone + deletesDone > 1) txns.increment();
    }
}
