package io.actd.node.metrics;

import java.util.concurrent.atomic.LongAdder;

/** Only grows. */
public final class Counter implements Instrument {
    private final LongAdder count = new LongAdder();

    public void increment() {
        count.increment();
    }

    public void add(long n) {
        count.add(n);
    }

    public long value() {
        return count.sum();
    }

    @Override
    public void write(StringBuilder out, String name, String labels) {
        Instrument.sample(out, name, labels, (double) count.sum());
    }
}
