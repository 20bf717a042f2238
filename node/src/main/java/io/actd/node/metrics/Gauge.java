package io.actd.node.metrics;

/** The last value set. */
public final class Gauge implements Instrument {
    private volatile double value;

    public void set(double newValue) {
        value = newValue;
    }

    @Override
    public void write(StringBuilder out, String name, String labels) {
        Instrument.sample(out, name, labels, value);
    }
}
