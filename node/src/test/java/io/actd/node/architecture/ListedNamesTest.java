package io.actd.node.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Documents that list code things list exactly those: {@code docs/invariants.md}, {@code docs/failpoints.md}. */
class ListedNamesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern IN_TABLE = Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\|");
    private static final String NAME = "\"([a-z0-9]+(?:-[a-z0-9]+)+)\"";

    @Test
    void invariants() throws IOException {
        // The condition may hold calls, commas and line breaks; the name is the first kebab-case text behind it.
        var used = inSources(
                Pattern.compile("Invariant\\s*\\.check\\((?:(?!Invariant\\.check)[^;])*?" + NAME), "Invariant.java");
        assertFalse(used.isEmpty());
        assertEquals(listed("invariants.md"), used);
    }

    @Test
    void failpoints() throws IOException {
        var direct = inSources(Pattern.compile("\\bhit\\(\\s*" + NAME), "Failpoints.java");
        var constants = inFiles(Pattern.compile("String [A-Z_]+ =\\s*" + NAME), "Failpoints.java");
        direct.addAll(constants);
        assertFalse(direct.isEmpty());
        assertEquals(listed("failpoints.md"), direct);
    }

    private static SortedSet<String> listed(String document) throws IOException {
        return matches(IN_TABLE, Files.readString(ROOT.resolve("docs").resolve(document)));
    }

    /** Names in main sources of all modules, but for one file. */
    private static SortedSet<String> inSources(Pattern pattern, String exceptName) throws IOException {
        return scan(pattern, file -> !file.getFileName().toString().equals(exceptName));
    }

    /** Names in files whose name ends so and is longer, e.g. {@code WalFailpoints.java}. */
    private static SortedSet<String> inFiles(Pattern pattern, String suffix) throws IOException {
        return scan(pattern, file -> {
            var name = file.getFileName().toString();
            return name.endsWith(suffix) && !name.equals(suffix);
        });
    }

    private interface Choice {
        boolean takes(Path file);
    }

    private static SortedSet<String> scan(Pattern pattern, Choice choice) throws IOException {
        var names = new TreeSet<String>();
        for (var module : new String[] {"raft", "persistence", "actors", "grpc-api", "node"}) {
            var sources = ROOT.resolve(module).resolve("src/main/java");
            if (!Files.isDirectory(sources)) continue;
            try (var files = Files.walk(sources)) {
                files.filter(f -> f.toString().endsWith(".java") && choice.takes(f))
                        .forEach(f -> names.addAll(matches(pattern, read(f))));
            }
        }
        return names;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SortedSet<String> matches(Pattern pattern, String text) {
        var names = new TreeSet<String>();
        var matcher = pattern.matcher(text);
        while (matcher.find()) names.add(matcher.group(1));
        return names;
    }
}
