package io.actd.node.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every statement about etcd's behaviour is cited by a test, or {@code docs/statements.md} says why not. */
class CitedStatementsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** {@code W-16}, {@code L-10 to L-14}, {@code MT-2…4}, {@code W-1, 3}: the number is repeated only if it must be. */
    private static final Pattern STATEMENTS =
            Pattern.compile("\\b([A-Z]{1,2})-(\\d+)(?:(?: to |…|–)(?:[A-Z]{1,2}-)?(\\d+))?((?:, \\d+)*)");

    @Test
    void statementsNotCited_areListedWithTheirReason() throws IOException {
        var page =
                Files.readString(ROOT.resolve("docs").resolve("statements.md")).split("## Cited by no test", 2);
        var uncited = in(page[0]);
        uncited.removeAll(citedByTests());
        assertEquals(in(page[1]), uncited);
    }

    private static SortedSet<String> citedByTests() throws IOException {
        var cited = new TreeSet<String>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (var module : modules.toList()) {
                var tests = module.resolve("src").resolve("test");
                if (!Files.isDirectory(tests)) continue;
                try (var files = Files.walk(tests)) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> !file.endsWith("CitedStatementsTest.java"))
                            .forEach(file -> cited.addAll(in(read(file))));
                }
            }
        }
        return cited;
    }

    private static SortedSet<String> in(String text) {
        var found = new TreeSet<String>();
        var matcher = STATEMENTS.matcher(text);
        while (matcher.find()) {
            var letters = matcher.group(1) + "-";
            int first = Integer.parseInt(matcher.group(2));
            int last = matcher.group(3) == null ? first : Integer.parseInt(matcher.group(3));
            for (int number = first; number <= last; number++) found.add(letters + number);
            for (var further : matcher.group(4).split(", ")) {
                if (!further.isEmpty()) found.add(letters + Integer.parseInt(further));
            }
        }
        return found;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
