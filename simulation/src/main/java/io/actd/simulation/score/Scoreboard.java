package io.actd.simulation.score;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The data file, one JSON object a line, and the table between two comments of the README that shows it. */
public final class Scoreboard {
    private static final String BEGIN = "<!-- scoreboard: written by ./scoreboard from docs/track-record.jsonl -->\n";
    private static final String END = "<!-- end of scoreboard -->\n";

    private final Path data;
    private final Path readme;

    /** Of the project in that directory. */
    public Scoreboard(Path project) {
        this.data = project.resolve("docs").resolve("track-record.jsonl");
        this.readme = project.resolve("README.md");
    }

    /** Appends entries; nothing else in the file changes. */
    public void add(List<Entry> entries) throws IOException {
        var lines = new StringBuilder();
        for (var entry : entries) lines.append(entry.json()).append('\n');
        Files.writeString(data, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /**
     * The entries of such a file.
     *
     * @throws IllegalArgumentException if a line is none, or of no line of the scoreboard
     */
    public static List<Entry> read(Path file) throws IOException {
        var entries = new ArrayList<Entry>();
        for (var line : Files.readAllLines(file)) if (!line.isBlank()) entries.add(known(Entry.parse(line)));
        return entries;
    }

    private static Entry known(Entry entry) {
        if (Line.numbered(entry.line()).isEmpty())
            throw new IllegalArgumentException("the scoreboard has no line " + entry.line());
        return entry;
    }

    /** Entries of one commit and day about the same thing as one. */
    static List<Entry> merged(List<Entry> entries) {
        Map<List<Object>, Entry> merged = new LinkedHashMap<>();
        for (var entry : entries) {
            var same = List.<Object>of(entry.line(), entry.what(), entry.date(), entry.commit(), entry.seed());
            merged.merge(same, entry, Entry::plus);
        }
        return List.copyOf(merged.values());
    }

    /** The table as the data file gives it, in Markdown. */
    public String table() throws IOException {
        var entries = Files.exists(data) ? read(data) : List.<Entry>of();
        var table = new StringBuilder(
                "| # | shown | times | failures | to reach | last seen |\n|--:|---|--:|--:|---|---|\n");
        for (var line : Line.ALL) {
            var its = entries.stream()
                    .filter(entry -> entry.line().equals(line.number()))
                    .toList();
            if (its.isEmpty())
                table.append("| %s | %s | **not tested** | | %s | |\n"
                        .formatted(line.number(), line.figure(), line.claim()));
            else byWhat(its).values().forEach(same -> table.append(row(line, same)));
        }
        return table.toString();
    }

    private static Map<String, List<Entry>> byWhat(List<Entry> entries) {
        Map<String, List<Entry>> groups = new LinkedHashMap<>();
        for (var entry : entries)
            groups.computeIfAbsent(entry.what(), what -> new ArrayList<>()).add(entry);
        return groups;
    }

    private static String row(Line line, List<Entry> all) {
        var same = line.addsUp() ? all : List.of(all.getLast());
        long count = same.stream().mapToLong(Entry::count).sum();
        long failures = same.stream().mapToLong(Entry::failures).sum();
        var last = same.getLast();
        var seeds = last.lastSeed() == null ? "seed " + last.seed() : "seeds " + last.seed() + " to " + last.lastSeed();
        return "| %s | %s: %s | %s | %d | %s | %s, %s, %s |\n"
                .formatted(
                        line.number(),
                        line.figure(),
                        last.what(),
                        line.unit().show(count),
                        failures,
                        line.claim(),
                        last.date(),
                        last.commit(),
                        seeds);
    }

    /** The table that is in the README now. */
    public String shown() throws IOException {
        var text = Files.readString(readme);
        return text.substring(begin(text), end(text));
    }

    /** Puts the table into the README. */
    public void write() throws IOException {
        var text = Files.readString(readme);
        Files.writeString(readme, text.substring(0, begin(text)) + table() + text.substring(end(text)));
    }

    private int begin(String text) {
        int at = text.indexOf(BEGIN);
        if (at < 0) throw new IllegalStateException(readme + " has no line " + BEGIN);
        return at + BEGIN.length();
    }

    private int end(String text) {
        int at = text.indexOf(END);
        if (at < 0) throw new IllegalStateException(readme + " has no line " + END);
        return at;
    }

    /** The commit as it is; with a plus if files other than the score's own are changed. */
    public static String commit() throws IOException {
        var head = output("git", "rev-parse", "--short", "HEAD");
        var changed = output("git", "status", "--porcelain", "-uno", "--", ":!docs/track-record.jsonl", ":!README.md");
        return head.isEmpty() ? "unknown" : head + (changed.isEmpty() ? "" : "+");
    }

    private static String output(String... command) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
            var line = reader.readLine();
            return line == null ? "" : line;
        }
    }
}
