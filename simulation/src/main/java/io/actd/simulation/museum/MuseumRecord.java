package io.actd.simulation.museum;

import io.actd.simulation.museum.Museum.Finding;
import io.actd.simulation.score.Entry;
import io.actd.simulation.score.Scoreboard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes down what the museum found. */
final class MuseumRecord {
    private final Path root;

    /** Of the project in that directory. */
    MuseumRecord(Path root) {
        this.root = root;
    }

    /** @param all whether these are all there are: then their number goes to the scoreboard */
    void add(List<Finding> findings, boolean all) throws IOException {
        var commit = Scoreboard.commit(); // before the rows change it
        var file = root.resolve("docs").resolve("track-record.md");
        Files.writeString(file, withRows(Files.readString(file), findings));
        if (!all) return;
        long caught = findings.stream().filter(Finding::caught).count();
        var scoreboard = new Scoreboard(root);
        var date = LocalDate.now(Clock.systemUTC()).toString();
        scoreboard.add(List.of(new Entry("7", "./museum", caught, findings.size() - caught, 1, null, date, commit)));
        scoreboard.write();
    }

    /** Each row in the place of the one of that mutant. */
    static String withRows(String text, List<Finding> findings) {
        var changed = text;
        for (var finding : findings) {
            var row = Pattern.compile("^\\| " + Pattern.quote(finding.mutant().name()) + " \\|.*$", Pattern.MULTILINE)
                    .matcher(changed);
            changed = row.replaceFirst(Matcher.quoteReplacement(finding.row()));
        }
        return changed;
    }
}
