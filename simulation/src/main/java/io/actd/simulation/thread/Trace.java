package io.actd.simulation.thread;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happened, as a hash over every step and every event of note, and as lines for a reader who asks for them. Equal
 * hashes mean: the same tasks of the same processes at the same times, with the same messages and answers.
 */
public final class Trace {
    private static final long FNV_PRIME = 0x100000001b3L;

    private final @Nullable Consumer<String> lines;
    private long hash = 0xcbf29ce484222325L;

    /** @param lines who reads along; null: nobody, and nothing is formatted */
    public Trace(@Nullable Consumer<String> lines) {
        this.lines = lines;
    }

    public long hash() {
        return hash;
    }

    /** True if somebody reads along. */
    public boolean isRead() {
        return lines != null;
    }

    /** A task of a process runs. */
    public void step(long nowNanos, String process, String label) {
        mix(nowNanos);
        mix(process.hashCode());
        mix(label.hashCode());
        if (lines != null) line(nowNanos, process, label);
    }

    /** Something worth knowing happened: a message, a fault, an answer. Its text must be the same in every run. */
    public void event(long nowNanos, String process, String text) {
        mix(nowNanos);
        mix(process.hashCode());
        mix(text.hashCode());
        if (lines != null) line(nowNanos, process, "  " + text);
    }

    /** Something a reader may want to know, and no part of the hash. */
    public void note(long nowNanos, String process, String text) {
        if (lines != null) line(nowNanos, process, "  " + text);
    }

    /** A number that must be the same in every run. */
    public void mix(long value) {
        hash = (hash ^ value) * FNV_PRIME;
        hash ^= hash >>> 32;
    }

    private void line(long nowNanos, String process, String text) {
        var reader = lines;
        if (reader != null) reader.accept("%14.6f %-4s %s".formatted(nowNanos / 1e9, process, text));
    }
}
