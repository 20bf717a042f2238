package io.actd.simulation.museum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the track record says is looked up in the code: no line of it outlives the test it names. */
class TrackRecordTest {
    private static final Path ROOT =
            Path.of("").toAbsolutePath().resolveSibling(".").normalize();
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Test|IT))(?:\\.(\\w+))?`");

    @Test
    void everyTestItNames_isThere() throws IOException {
        Map<String, List<Path>> sources = testSources();
        List<String> missing = new ArrayList<>();
        int named = 0;
        var names = TEST.matcher(Files.readString(ROOT.resolve("docs/track-record.md")));
        while (names.find()) {
            named++;
            boolean found = false;
            for (var file : sources.getOrDefault(names.group(1), List.of())) {
                found |= names.group(2) == null || Files.readString(file).contains(" " + names.group(2) + "(");
            }
            if (!found) missing.add(names.group());
        }
        assertEquals(List.of(), missing);
        assertTrue(named > 50, "only " + named);
    }

    /** By simple name; some names are there twice. */
    private static Map<String, List<Path>> testSources() throws IOException {
        Map<String, List<Path>> sources = new HashMap<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                var name = directory.getFileName().toString();
                boolean foreign = name.equals("target") || (name.startsWith(".") && !directory.equals(ROOT));
                return foreign ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                var name = file.getFileName().toString();
                if (name.endsWith(".java"))
                    sources.computeIfAbsent(name.substring(0, name.length() - 5), any -> new ArrayList<>())
                            .add(file);
                return FileVisitResult.CONTINUE;
            }
        });
        return sources;
    }
}
