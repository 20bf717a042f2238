package io.actd.e2e.measure;

import io.actd.e2e.Await;
import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.score.Scoreboard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Kills the leader of a cluster of three again and again, and moves leadership as often; prints how long nobody wrote.
 *
 * <p>{@code multi-jvm-tests/failover --kills 100 --transfers 100 [flags of the members]}
 */
public final class FailoverRun {
    private static final Duration KILL_PERIOD = Duration.ofMillis(10);
    private static final Duration TRANSFER_PERIOD = Duration.ofMillis(3);
    private static final Duration AFTER_TRANSFER = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int STEADY = 50;
    private static final int WARM = 1_000;
    /** The p99 that is wanted: a longer pause counts as a failure. */
    private static final double LONGEST_MILLIS = 2_000;

    private static final double LONGEST_TRANSFER_MILLIS = 150;
    private static final int LAST_LINES = 20;

    private FailoverRun() {}

    /** Runs with the arguments told above; the rest goes to the members. */
    public static void main(String[] args) {
        Arguments arguments = new Arguments(args);
        int kills = (int) arguments.number("--kills", 20);
        int transfers = (int) arguments.number("--transfers", 20);
        try (Cluster cluster = new Cluster().direct().start(3, arguments.rest())) {
            Figures pauses = kill(cluster, kills);
            System.out.println("SIGKILL of the leader to the first acknowledged put: " + pauses);
            Scoreboard.add("20", Scoreboard.REAL, "failover", kills, pauses.above(LONGEST_MILLIS), 0);
            System.out.println(
                    "longest time without an acknowledgement in a transfer: " + transfer(cluster, transfers));
        }
        System.exit(0);
    }

    private static Figures kill(Cluster cluster, int kills) {
        List<Long> nanos = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            Member leader = cluster.leader();
            try (Probe probe = Probe.start(cluster.followers(), KILL_PERIOD)) {
                probe.awaitMore(STEADY);
                long killed = System.nanoTime();
                leader.kill();
                long gone = System.nanoTime(); // until then it may have answered
                nanos.add(gone - killed + probe.awaitFirstSentSince(gone));
            }
            System.out.printf("kill %d of %s: %d ms%n", i + 1, leader, nanos.get(i) / 1_000_000);
            explain(cluster, nanos.get(i), LONGEST_MILLIS);
            leader.restart();
            awaitLevel(leader);
        }
        return Figures.ofNanos(nanos);
    }

    private static Figures transfer(Cluster cluster, int transfers) {
        List<Long> nanos = new ArrayList<>();
        for (int i = 0; i < transfers; i++) {
            Member to = cluster.followers().get(i % 2);
            try (Probe probe = Probe.start(cluster.members(), TRANSFER_PERIOD)) {
                probe.awaitMore(WARM); // a member that was killed last may have just started
                long begin = System.nanoTime();
                cluster.moveLeader(to);
                long end = System.nanoTime() + AFTER_TRANSFER.toNanos();
                Await.until("transfer is over", PATIENCE, () -> System.nanoTime() > end);
                nanos.add(probe.longestGap(begin, end));
            }
            System.out.printf("transfer %d to %s: %.1f ms%n", i + 1, to, nanos.get(i) / 1e6);
            explain(cluster, nanos.get(i), LONGEST_TRANSFER_MILLIS);
        }
        return Figures.ofNanos(nanos);
    }

    /** What the members said of a pause that was too long. */
    private static void explain(Cluster cluster, long nanos, double longestMillis) {
        if (nanos > longestMillis * 1e6) {
            cluster.members().forEach(member -> System.out.println(member + ":\n" + member.told(LAST_LINES)));
        }
    }

    /** Until the member answers a linearizable read, so that the next kill meets three members. */
    private static void awaitLevel(Member member) {
        Await.seldom(member + " is level", PATIENCE, () -> member.read("probe"));
    }
}
