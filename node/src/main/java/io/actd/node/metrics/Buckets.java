package io.actd.node.metrics;

import java.util.List;
import java.util.stream.Stream;

/**
 * Upper bounds of a histogram and the unit its values come in.
 *
 * @param bounds ascending, in the unit of the metric
 * @param perUnit observed values per unit: 1e9 for nanoseconds observed and seconds shown
 */
record Buckets(List<Double> bounds, double perUnit) {
    private static final double NANOS = 1e9;

    /** The bucket codes of spec operations.md §8. */
    static final Buckets B1 = seconds(0.001, 14);

    static final Buckets B2 = seconds(0.0001, 16);
    static final Buckets B3 = seconds(0.0001, 20);
    static final Buckets B4 = seconds(0.1, 10);
    static final Buckets B5 = seconds(0.1, 13);
    static final Buckets B6 = seconds(0.01, 17);
    static final Buckets B7 = seconds(0.01, 15);

    /** The default of Prometheus, for handling times. */
    static final Buckets HANDLING =
            new Buckets(List.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0), NANOS);

    private static Buckets seconds(double first, int count) {
        return new Buckets(doubling(first, count), NANOS);
    }

    /** Nanoseconds observed, milliseconds shown. */
    static Buckets millis(double first, int count) {
        return new Buckets(doubling(first, count), 1e6);
    }

    /** Values observed in the unit shown. */
    static Buckets plain(double first, int count) {
        return new Buckets(doubling(first, count), 1);
    }

    private static List<Double> doubling(double first, int count) {
        return Stream.iterate(first, bound -> bound * 2).limit(count).toList();
    }
}
