package io.actd.simulation.score;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Some stories of real processes, played once with one seed.
 *
 * @param seed what the clients of the stories ask is drawn from it
 * @param stories names of test classes, and {@link #FAILOVER}
 * @param scale how many times as long as in {@code ./check} each story is played
 */
record Round(long seed, List<String> stories, int scale) {
    /** The measuring command instead of a test class: only it counts how long nobody leads. */
    static final String FAILOVER = "failover";

    private static final int KILLS = 4;

    /** How late a lease may end: half of what is asked for where many tests share a machine. */
    private static final int GRACE_MILLIS = 1_000;

    /** Commands, in this order, that play all stories; what failed leaves its logs in that directory. */
    List<List<String>> commands(Path logs) {
        var commands = new ArrayList<List<String>>();
        var tests = stories.stream().filter(story -> !story.equals(FAILOVER)).toList();
        if (!tests.isEmpty()) {
            var maven = new ArrayList<>(maven(String.join(",", tests)));
            maven.add("-Dkept.logs=" + logs.toAbsolutePath());
            commands.add(maven);
        }
        if (stories.contains(FAILOVER)) commands.add(failover());
        return commands;
    }

    /** What plays one of them again. */
    String again(String story) {
        return String.join(" ", story.equals(FAILOVER) ? failover() : maven(story));
    }

    private List<String> maven(String tests) {
        return List.of(
                "mvn",
                "-B",
                "-q",
                "-Dfast",
                "-pl",
                "multi-jvm-tests",
                "-am",
                "verify",
                "-Dtest=none",
                "-Dsurefire.failIfNoSpecifiedTests=false",
                "-Dfailsafe.failIfNoSpecifiedTests=false",
                "-Dit.test=" + tests,
                "-Dstories.seed=" + seed,
                "-Dstories.scale=" + scale,
                "-Dstories.grace=" + GRACE_MILLIS);
    }

    List<String> failover() {
        return List.of("multi-jvm-tests/failover", "--kills", Integer.toString(KILLS * scale), "--transfers", "0");
    }
}
