package io.actd.simulation.score;

import java.io.IOException;
import java.nio.file.Path;

/** Prints the scoreboard, or adds to it; see {@code ./scoreboard --help}. */
public final class ScoreboardMain {
    private static final String HELP = """
            usage: ./scoreboard [--add FILE]...

            Prints the table that docs/track-record.jsonl gives and puts it into README.md. --add appends the lines of
            such a file first, as tests of real processes leave them in multi-jvm-tests/target/scoreboard.jsonl.
            """;

    private ScoreboardMain() {}

    /** Works on the project in the working directory. */
    public static void main(String[] args) throws IOException {
        var scoreboard = new Scoreboard(Path.of(""));
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--add" -> scoreboard.add(Scoreboard.merged(Scoreboard.read(Path.of(args[++i]))));
                case "--help", "-h" -> {
                    System.out.print(HELP);
                    System.exit(0);
                }
                default -> {
                    System.err.print(HELP);
                    System.exit(2);
                }
            }
        }
        scoreboard.write();
        System.out.print(scoreboard.table());
    }
}
