package io.actd.mvcc;

import java.util.Arrays;

/** Which rows a read needs, in the order of its answer. */
final class Selection {
    private long[] mains = new long[16];
    private int[] subs = new int[16];
    private int size;

    void add(long main, int sub) {
        if (size == mains.length) {
            mains = Arrays.copyOf(mains, 2 * size);
            subs = Arrays.copyOf(subs, 2 * size);
        }
        mains[size] = main;
        subs[size] = sub;
        size++;
    }

    int size() {
        return size;
    }

    long main(int at) {
        return mains[at];
    }

    int sub(int at) {
        return subs[at];
    }
}
