package io.actd.node.metrics;

import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/** Instruments of one name, told apart by labels. Ask for an instrument once and keep it. */
public final class Family<I> {
    private final String name;
    private final String help;
    private final String type;
    private final String[] labelNames;
    private final Supplier<? extends I> factory;
    private final ConcurrentNavigableMap<String, I> members = new ConcurrentSkipListMap<>();

    Family(String name, String help, String type, Supplier<? extends I> factory, String... labelNames) {
        this.name = name;
        this.help = help;
        this.type = type;
        this.labelNames = labelNames;
        this.factory = factory;
    }

    /** The instrument with these label values; it exists from the first call on. */
    public I with(String... labelValues) {
        if (labelValues.length != labelNames.length) throw new IllegalArgumentException(name + " label count");
        return members.computeIfAbsent(labels(labelValues), labels -> factory.get());
    }

    /** Forgets the instrument with these label values. */
    void remove(String... labelValues) {
        members.remove(labels(labelValues));
    }

    private String labels(String[] values) {
        var out = new StringBuilder();
        for (var i = 0; i < values.length; i++) {
            if (i > 0) out.append(',');
            var escaped = values[i].replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
            out.append(labelNames[i]).append("=\"").append(escaped).append('"');
        }
        return out.toString();
    }

    String name() {
        return name;
    }

    void write(StringBuilder out) {
        if (members.isEmpty()) return;
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        members.forEach((labels, instrument) -> ((Instrument) instrument).write(out, name, labels));
    }
}
