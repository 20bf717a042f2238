package io.actd.node.metrics;

import java.util.concurrent.atomic.LongAdder;

/** Counts values by bucket. */
public final class Histogram implements Instrument {
    private final Buckets buckets;
    /** Largest observed value that falls into each bucket. */
    private final long[] limits;
    /** One for each bucket, the last for what is beyond all. */
    private final LongAdder[] counts;

    private final LongAdder sum = new LongAdder();

    Histogram(Buckets buckets) {
        this.buckets = buckets;
        this.limits = new long[buckets.bounds().size()];
        this.counts = new LongAdder[limits.length + 1];
        for (var i = 0; i < limits.length; i++)
            limits[i] = (long) Math.floor(buckets.bounds().get(i) * buckets.perUnit());
        for (var i = 0; i < counts.length; i++) counts[i] = new LongAdder();
    }

    /** @param value in the unit the histogram observes, e.g. nanoseconds */
    public void observe(long value) {
        var i = 0;
        while (i < limits.length && value > limits[i]) i++;
        counts[i].increment();
        sum.add(value);
    }

    @Override
    public void write(StringBuilder out, String name, String labels) {
        var prefix = labels.isEmpty() ? "" : labels + ",";
        var cumulated = 0L;
        for (var i = 0; i < limits.length; i++) {
            cumulated += counts[i].sum();
            var bound = GoNumber.format(buckets.bounds().get(i));
            Instrument.sample(out, name + "_bucket", prefix + "le=\"" + bound + "\"", (double) cumulated);
        }
        cumulated += counts[limits.length].sum();
        Instrument.sample(out, name + "_bucket", prefix + "le=\"+Inf\"", (double) cumulated);
        Instrument.sample(out, name + "_sum", labels, sum.sum() / buckets.perUnit());
        Instrument.sample(out, name + "_count", labels, (double) cumulated);
    }
}
