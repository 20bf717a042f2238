package io.actd.e2e.score;

import com.google.gson.JsonObject;
import io.actd.e2e.server.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Stream;

/** What this module has to tell the scoreboard: one line of JSON a figure, appended to {@code target/scoreboard.jsonl}. */
public final class Scoreboard {
    /** What was counted, if that is all there is to say. */
    public static final String REAL = "real processes";

    private static final String CHECKED = "4";
    private static final Path FILE = Path.of("target", "scoreboard.jsonl");

    private static long checked; // guarded by the class; operations in this run

    private Scoreboard() {}

    /**
     * Adds a figure.
     *
     * @param line the number of the figure in the scoreboard
     * @param what what was counted
     */
    public static synchronized void add(String line, String what, String story, long count, long failures, long seed) {
        if (line.equals(CHECKED)) {
            checked += count;
            System.out.println(checked + " operations on real processes checked so far in this run");
        }
        JsonObject figure = new JsonObject();
        figure.addProperty("line", line);
        figure.addProperty("what", what);
        figure.addProperty("story", story);
        figure.addProperty("count", count);
        figure.addProperty("failures", failures);
        figure.addProperty("seed", seed);
        figure.addProperty("date", LocalDate.now(ZoneOffset.UTC).toString());
        figure.addProperty("commit", commit());
        try {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, figure + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With a plus if files other than the score's own are changed. */
    private static String commit() {
        Command.Result head = git("rev-parse", "--short", "HEAD");
        if (head.exitCode() != 0) {
            return "unknown";
        }
        Command.Result changed = git(
                "status",
                "--porcelain",
                "-uno",
                ":/",
                ":(top,exclude)docs/track-record.jsonl",
                ":(top,exclude)README.md");
        return head.out().strip() + (changed.out().isEmpty() ? "" : "+");
    }

    private static Command.Result git(String... words) {
        return Command.run(Stream.concat(Stream.of("git"), Stream.of(words)).toList(), Map.of(), "");
    }
}
