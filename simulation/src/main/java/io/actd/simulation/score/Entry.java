package io.actd.simulation.score;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * One run as a line of the data file.
 *
 * @param line of the scoreboard
 * @param what was counted, and how
 * @param count how many
 * @param failures how many of them were not as promised, "cannot tell" included
 * @param seed the first
 * @param lastSeed null if there was but one
 * @param date year-month-day, UTC
 * @param commit what was tested
 */
public record Entry(
        String line,
        String what,
        long count,
        long failures,
        long seed,
        @Nullable Long lastSeed,
        String date,
        String commit) {
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

    public Entry {
        if (line == null || what == null || date == null || commit == null)
            throw new IllegalArgumentException("line, what, date and commit are needed");
        if (count < 0 || failures < 0) throw new IllegalArgumentException("count and failures are at least 0");
    }

    /** @throws IllegalArgumentException if it is not such a line */
    static Entry parse(String json) {
        try {
            var entry = JSON.fromJson(json, Entry.class);
            if (entry == null) throw new IllegalArgumentException("empty");
            return entry;
        } catch (JsonSyntaxException e) {
            throw new IllegalArgumentException("not an entry: " + json, e);
        }
    }

    /** The same thing again. */
    Entry plus(Entry other) {
        return new Entry(line, what, count + other.count, failures + other.failures, seed, lastSeed, date, commit);
    }

    String json() {
        return JSON.toJson(this);
    }
}
