package io.actd.e2e.measure;

import java.util.List;
import java.util.Locale;

/** Milliseconds of one kind, ascending. */
record Figures(List<Double> millis) {
    Figures {
        millis = millis.stream().sorted().toList();
    }

    static Figures ofNanos(List<Long> nanos) {
        return new Figures(nanos.stream().map(value -> value / 1e6).toList());
    }

    /** The least value that so much of all does not exceed: {@code at(0.99)}. */
    double at(double quantile) {
        int index = (int) Math.ceil(quantile * millis.size()) - 1;
        return millis.get(Math.max(0, index));
    }

    /** How many are above that. */
    long above(double limit) {
        return millis.stream().filter(value -> value > limit).count();
    }

    @Override
    public String toString() {
        if (millis.isEmpty()) {
            return "none";
        }
        return String.format(
                Locale.ROOT,
                "n=%d min=%.1f p50=%.1f p99=%.1f max=%.1f ms",
                millis.size(),
                at(0),
                at(0.5),
                at(0.99),
                at(1));
    }
}
