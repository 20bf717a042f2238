package io.actd.node.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;

/** All metrics of the process. Unlabelled ones show from the start, labelled ones once a label set was asked for. */
public final class Registry {
    private final Map<String, Family<?>> families = new ConcurrentSkipListMap<>();
    private final List<Runnable> updates = new CopyOnWriteArrayList<>();

    public Counter counter(String name, String help) {
        return counters(name, help).with();
    }

    public Family<Counter> counters(String name, String help, String... labels) {
        return add(new Family<>(name, help, "counter", Counter::new, labels));
    }

    public Gauge gauge(String name, String help) {
        return gauges(name, help).with();
    }

    public Family<Gauge> gauges(String name, String help, String... labels) {
        return add(new Family<>(name, help, "gauge", Gauge::new, labels));
    }

    /** A gauge that is read when it is shown; the source may be slow, but must not fail. */
    public void gauge(String name, String help, DoubleSupplier source) {
        add(new Family<>(name, help, "gauge", () -> new Reading(source))).with();
    }

    /** A counter that somebody else keeps. */
    public void counter(String name, String help, DoubleSupplier source) {
        add(new Family<>(name, help, "counter", () -> new Reading(source))).with();
    }

    Histogram histogram(String name, String help, Buckets buckets) {
        return histograms(name, help, buckets).with();
    }

    Family<Histogram> histograms(String name, String help, Buckets buckets, String... labels) {
        return add(new Family<>(name, help, "histogram", () -> new Histogram(buckets), labels));
    }

    private <I> Family<I> add(Family<I> family) {
        if (families.putIfAbsent(family.name(), family) != null) {
            throw new IllegalArgumentException("two metrics named " + family.name());
        }
        return family;
    }

    /** Runs the action each time before the metrics are shown. */
    void beforeShowing(Runnable action) {
        updates.add(action);
    }

    /** Prometheus text format, by name. */
    public String text() {
        updates.forEach(Runnable::run);
        var out = new StringBuilder(64 * 1024);
        families.values().forEach(family -> family.write(out));
        return out.toString();
    }
}
