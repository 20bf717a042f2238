package io.actd.node.metrics;

/** Something that counts or measures and can write its samples. Thread-safe. */
sealed interface Instrument permits Counter, Gauge, Reading, Histogram {
    /** @param labels {@code a="x",b="y"} or empty */
    void write(StringBuilder out, String name, String labels);

    static void sample(StringBuilder out, String name, String labels, double value) {
        out.append(name);
        if (!labels.isEmpty()) out.append('{').append(labels).append('}');
        out.append(' ').append(GoNumber.format(value)).append('\n');
    }
}
