package io.actd.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of promises and the code say the same. */
class InvariantListTest {
    private static final Pattern CHECK = Pattern.compile("Invariant\\.check\\([^;]*?\"([a-z]+(?:-[a-z]+)+)\"");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|[^|]+\\| raft \\|$");

    @Test
    void everyPromiseOfTheRules_isListed_andEveryListedOneIsChecked() throws IOException {
        Set<String> checked = new TreeSet<>();
        try (var files = Files.walk(Path.of("src/main/java/io/actd/raft"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                checked.addAll(names(CHECK, Files.readString(file)));
            }
        }
        assertEquals(checked, names(ROW, Files.readString(Path.of("../docs/invariants.md"))));
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
