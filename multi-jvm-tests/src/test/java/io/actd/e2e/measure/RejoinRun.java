package io.actd.e2e.measure;

import io.actd.e2e.Await;
import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Flood;
import io.actd.e2e.score.Scoreboard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Measures how soon a member is level: a follower that was down while much was written, and a learner that has nothing
 * yet; and what the leader's puts took before and meanwhile.
 *
 * <p>{@code multi-jvm-tests/rejoin --entries 100000 --mebibytes 1024 --nice 0 [flags of the members]}; 0 leaves a part out. A
 * niceness of the new member of 19 tells what sending costs those that serve, apart from what a JVM that starts takes away
 * from others on the same processors.
 */
public final class RejoinRun {
    private static final Duration PERIOD = Duration.ofMillis(5);
    private static final Duration BEFORE = Duration.ofSeconds(45); // as long as the store of 1 GiB takes
    private static final int SETTLED = 6_000;
    /** Of fewer puts, a p99 says nothing. */
    private static final int ENOUGH = 1_000;

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int ENTRY_BYTES = 100;
    private static final int VALUE_BYTES = 16 << 10;
    private static final String QUOTA = "--quota-backend-bytes=8000000000";

    private RejoinRun() {}

    /** Runs with the arguments told above; the rest goes to the members. */
    public static void main(String[] args) {
        Arguments arguments = new Arguments(args);
        int entries = (int) arguments.number("--entries", 100_000);
        int mebibytes = (int) arguments.number("--mebibytes", 1024);
        String niceness = Long.toString(arguments.number("--nice", 0));
        List<String> flags = new ArrayList<>(List.of(arguments.rest()));
        flags.add(QUOTA);
        try (Cluster cluster = new Cluster().direct().start(3, flags.toArray(String[]::new))) {
            if (entries > 0) {
                Member follower = cluster.followers().get(0);
                follower.kill();
                Flood.fill(cluster.leader(), entries, ENTRY_BYTES);
                measure("follower that missed " + entries + " entries", Duration.ofSeconds(10), cluster, () -> {
                    follower.launch();
                    return follower;
                });
            }
            if (mebibytes > 0) {
                Flood.fill(cluster.leader(), (int) (((long) mebibytes << 20) / VALUE_BYTES), VALUE_BYTES);
                measure(
                        "new member of a store of " + mebibytes + " MiB",
                        Duration.ofSeconds(60),
                        cluster,
                        () -> cluster.addLearner("nice", "-n", niceness));
            }
        }
        System.exit(0);
    }

    private static void measure(String what, Duration limit, Cluster cluster, Supplier<Member> begin) {
        Member leader = cluster.leader();
        try (Probe probe = Probe.start(List.of(leader), PERIOD)) {
            probe.awaitMore(SETTLED); // what was put before is still being sorted
            long quiet = System.nanoTime();
            Await.until("quiet seconds", PATIENCE, () -> System.nanoTime() > quiet + BEFORE.toNanos());
            leader.put("marker", what);
            long start = System.nanoTime();
            Member member = begin.get();
            Transfer transfer = new Transfer(member);
            Await.seldom(member + " is level", PATIENCE, () -> {
                transfer.look();
                if (transfer.isUnderWay())
                    return Optional.empty(); // asking would take processors from those that are measured
                return member.holds("marker", what) ? Optional.of(true) : Optional.empty();
            });
            long level = System.nanoTime();
            System.out.printf(Locale.ROOT, "%s: level after %.1f s%n", what, (level - start) / 1e9);
            Figures before = probe.latencies(quiet, start);
            Figures sending = probe.latencies(transfer.begun, transfer.ended);
            System.out.println("  put at the leader before: " + before);
            System.out.println("    while the member starts: " + probe.latencies(start, transfer.begun));
            System.out.println("    while it is sent the store: " + sending);
            System.out.println("    until it is level: " + probe.latencies(transfer.ended, level));
            boolean slower = sending.millis().size() >= ENOUGH && sending.at(0.99) > 2 * before.at(0.99);
            boolean late = level - start > limit.toNanos();
            Scoreboard.add("22", Scoreboard.REAL, "rejoin", 1, slower || late ? 1 : 0, 0);
        }
    }

    /** When a member was seen to be sent the store, by what it says; actd and etcd use the same verb. */
    private static final class Transfer {
        private final Member member;
        private long begun = Long.MAX_VALUE;
        private long ended = Long.MAX_VALUE;

        Transfer(Member member) {
            this.member = member;
        }

        boolean isUnderWay() {
            return begun < Long.MAX_VALUE && ended == Long.MAX_VALUE;
        }

        void look() {
            String told = member.told(Integer.MAX_VALUE);
            if (told.contains("receiving")) {
                begun = Math.min(begun, System.nanoTime());
            }
            if (told.contains("received")) {
                ended = Math.min(ended, System.nanoTime());
            }
        }
    }
}
