package io.actd.simulation.museum;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One bug as a patch in the unified format, with what it is about in front of it.
 *
 * @param name of the file, without {@code .patch}
 * @param scenario which story it belongs to: a number of the fault list, or a section of the Raft paper
 * @param what goes wrong, in a sentence
 * @param world where it is looked for
 * @param members in the clusters it is looked for in
 * @param played name of the simulated scenario it is looked for in, empty for a mix of everything
 * @param notCaughtBecause empty, or why no simulation shows it
 * @param test empty, or the class of a test that shows it where the simulation does not
 * @param hunks what is changed
 */
record Mutant(
        String name,
        String scenario,
        String what,
        World world,
        int members,
        String played,
        String notCaughtBecause,
        String test,
        List<Hunk> hunks) {
    static final String SUFFIX = ".patch";

    Mutant {
        hunks = List.copyOf(hunks);
    }

    /** The two simulations. */
    enum World {
        /** Whole members with their disks, their network and their clients. */
        CLUSTER,
        /** The rules of Raft alone, in the hostile world of their own tests: many more and rarer orders of events. */
        RULES
    }

    /** Lines of one file that make way for others. Where they stand does not matter, as long as they stand there once. */
    record Hunk(String file, String before, String after) {}

    /** All in the directory, by name. */
    static List<Mutant> all(Path directory) {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .map(Mutant::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Mutant read(Path patch) {
        try {
            var fileName = patch.getFileName().toString();
            return parse(fileName.substring(0, fileName.length() - SUFFIX.length()), Files.readAllLines(patch));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Mutant parse(String name, List<String> lines) {
        Map<String, String> head = new LinkedHashMap<>();
        int at = 0;
        while (at < lines.size() && !lines.get(at).startsWith("--- ")) {
            var word = lines.get(at++).split(": ", 2);
            if (word.length == 2) head.put(word[0], word[1].strip());
        }
        return new Mutant(
                name,
                head.getOrDefault("Scenario", ""),
                head.getOrDefault("What", ""),
                World.valueOf(head.getOrDefault("World", "CLUSTER")),
                Integer.parseInt(head.getOrDefault("Members", "3")),
                head.getOrDefault("Played", ""),
                head.getOrDefault("Not-Caught", ""),
                head.getOrDefault("Test", ""),
                hunks(lines.subList(at, lines.size())));
    }

    private static List<Hunk> hunks(List<String> lines) {
        List<Hunk> hunks = new ArrayList<>();
        String file = "";
        var before = new StringBuilder();
        var after = new StringBuilder();
        for (var line : lines) {
            boolean head = line.startsWith("--- ") || line.startsWith("+++ ") || line.startsWith("@@");
            if (head) {
                if (!before.isEmpty()) hunks.add(new Hunk(file, before.toString(), after.toString()));
                before.setLength(0);
                after.setLength(0);
                if (line.startsWith("+++ b/")) file = line.substring("+++ b/".length());
            } else {
                char kind = line.isEmpty() ? ' ' : line.charAt(0);
                var text = (line.isEmpty() ? line : line.substring(1)) + "\n";
                if (kind != '+') before.append(text);
                if (kind != '-') after.append(text);
            }
        }
        if (!before.isEmpty()) hunks.add(new Hunk(file, before.toString(), after.toString()));
        return hunks;
    }

    /**
     * The changed files with the bug in them.
     *
     * @param root of the project
     * @throws IllegalStateException if the project has moved on and the patch does not fit any more
     */
    Map<String, String> applyTo(Path root) {
        Map<String, String> files = new LinkedHashMap<>();
        for (var hunk : hunks) {
            var text = files.computeIfAbsent(hunk.file(), file -> source(root.resolve(file)));
            int at = text.indexOf(hunk.before());
            if (at < 0 || text.indexOf(hunk.before(), at + 1) >= 0)
                throw new IllegalStateException(
                        "%s: these lines have to stand once in %s:%n%s".formatted(name, hunk.file(), hunk.before()));
            files.put(hunk.file(), text.replace(hunk.before(), hunk.after()));
        }
        return files;
    }

    private static String source(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
