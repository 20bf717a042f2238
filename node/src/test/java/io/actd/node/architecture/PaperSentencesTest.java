package io.actd.node.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/paper.md} names a test that is there for each sentence of the Raft paper, or says why there is none. */
class PaperSentencesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path RULES = ROOT.resolve("raft").resolve("src").resolve("test");
    private static final Path SCENARIOS = RULES.resolve("resources").resolve("scenarios");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([FT]?[\\d.]+)-(\\d+) \\| ([^|]+) \\| ([^|]+) \\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");
    private static final Pattern SCENARIO = Pattern.compile("`([a-z0-9-]+\\.txt)`");
    private static final Pattern PROMISE = Pattern.compile("`Promises: ([^`]+)`");

    @Test
    void sentences_areNumberedWithoutGap_andEachHasATestOrAReason() throws IOException {
        var section = "";
        int number = 0;
        for (var row : rows()) {
            number = row.group(1).equals(section) ? number + 1 : 1;
            section = row.group(1);
            assertEquals(number, Integer.parseInt(row.group(2)), row.group());
            boolean named = Stream.of(TEST, SCENARIO, PROMISE)
                    .anyMatch(kind -> kind.matcher(row.group(4)).find());
            assertTrue(named != row.group(4).startsWith("none: "), row.group());
        }
    }

    @Test
    void testsNamed_areThere() throws IOException {
        var tests = tests();
        var promises = Files.readString(RULES.resolve("java/io/actd/raft/Promises.java"));
        var missing = new TreeSet<String>();
        for (var row : rows()) {
            note(missing, row, TEST, name -> isThere(tests.getOrDefault(name.group(1), ""), name.group(2)));
            note(missing, row, SCENARIO, name -> Files.exists(SCENARIOS.resolve(name.group(1))));
            note(missing, row, PROMISE, name -> promises.contains('"' + name.group(1) + '"'));
        }
        assertEquals(Set.of(), missing);
    }

    /** All lines of tables but their heads; each must be a sentence. */
    private static List<MatchResult> rows() throws IOException {
        var page = Files.readString(ROOT.resolve("docs").resolve("paper.md"));
        var rows = ROW.matcher(page).results().toList();
        var lines = page.lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| no. "))
                .toList();
        assertEquals(lines, rows.stream().map(MatchResult::group).toList());
        assertFalse(rows.isEmpty());
        return rows;
    }

    private static void note(Set<String> missing, MatchResult row, Pattern kind, Predicate<MatchResult> isThere) {
        kind.matcher(row.group(4)).results().filter(isThere.negate()).forEach(name -> missing.add(name.group()));
    }

    private static boolean isThere(String source, String method) {
        return Pattern.compile("@(Test|ParameterizedTest)\\b((?!\\bvoid\\b)[\\s\\S])*\\bvoid " + method + "\\(")
                .matcher(source)
                .find();
    }

    /** Sources by the simple name of their class; two classes may share one. */
    private static Map<String, String> tests() throws IOException {
        var tests = new HashMap<String, String>();
        try (var modules = Files.list(ROOT)) {
            for (var module : modules.toList()) {
                var sources = module.resolve("src").resolve("test");
                if (!Files.isDirectory(sources)) continue;
                try (var files = Files.walk(sources)) {
                    for (var file :
                            files.filter(f -> f.toString().endsWith(".java")).toList()) {
                        var name = file.getFileName().toString().replace(".java", "");
                        tests.merge(name, Files.readString(file), String::concat);
                    }
                }
            }
        }
        return tests;
    }
}
