package io.actd.node.metrics;

import java.util.function.DoubleSupplier;

/** A value that somebody else keeps, read when it is asked for. */
final class Reading implements Instrument {
    private final DoubleSupplier source;

    Reading(DoubleSupplier source) {
        this.source = source;
    }

    @Override
    public void write(StringBuilder out, String name, String labels) {
        Instrument.sample(out, name, labels, source.getAsDouble());
    }
}
