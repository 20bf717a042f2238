package io.actd.node.metrics;

import java.util.concurrent.atomic.DoubleAdder;

/** A value that goes up and down: set by one thread, or added to by any number of them, but not both. */
public final class Gauge implements Instrument {
    private final DoubleAdder added = new DoubleAdder();
    private volatile double base;

    public void set(double newValue) {
        base = newValue;
    }

    public void add(double difference) {
        added.add(difference);
    }

    @Override
    public void write(StringBuilder out, String name, String labels) {
        Instrument.sample(out, name, labels, base + added.sum());
    }
}
