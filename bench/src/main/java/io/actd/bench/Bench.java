package io.actd.bench;

import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Compares a member with etcd in one run: both are started, warmed up, and each workload is played to one and then to
 * the other, several rounds long; the table gives medians and their ratios.
 */
@Command(name = "bench/run", mixinStandardHelpOptions = true, description = "Benchmarks actd side by side with etcd.")
public final class Bench implements Callable<Integer> {
    @Option(names = "--actd", description = "actd's launcher (default: ${DEFAULT-VALUE})", defaultValue = "bin/actd")
    private String actd = "";

    @Option(names = "--etcd", description = "etcd's binary (default: ${DEFAULT-VALUE})", defaultValue = "etcd")
    private String etcd = "";

    @Option(names = "--members", description = "of each cluster (default: ${DEFAULT-VALUE})")
    private int members = 1;

    @Option(names = "--seconds", description = "per workload, server and round (default: ${DEFAULT-VALUE})")
    private int seconds = 6;

    @Option(names = "--rounds", description = "rounds of each workload (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(names = "--warm-up", description = "seconds of mixed load before (default: ${DEFAULT-VALUE})")
    private int warmUpSeconds = 20;

    @Option(names = "--only", description = "regular expression: workloads to run")
    private Pattern only = Pattern.compile(".*");

    @Option(names = "--million", description = "also load 1 M keys of 256 B into each and report time and memory")
    private boolean million;

    private final PrintStream out = System.out;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    /** Both servers' medians of one workload. */
    private record Row(String workload, Sample ours, Sample theirs) {}

    @Override
    public Integer call() throws Exception {
        var workDir = Files.createTempDirectory("actd-bench");
        try (var ours = Target.start("actd", actd, members, 23790, workDir);
                var theirs = Target.start("etcd", etcd, members, 23890, workDir)) {
            var workloads = (members == 1 ? Workloads.all(workDir) : Workloads.cluster(workDir))
                    .stream()
                            .filter(workload -> only.matcher(workload.name()).find())
                            .toList();
            // Reads come first: etcd 3.4 copies a buffer as long as its largest batch of writes ever was for each of
            // them.
            var reads = workloads.stream().filter(Workload::readsOnly).toList();
            var others =
                    workloads.stream().filter(workload -> !workload.readsOnly()).toList();
            var rows = new ArrayList<Row>();
            for (var phase : List.of(reads, others)) {
                progress("warming up");
                for (var target : List.of(ours, theirs)) {
                    if (phase == others) Workloads.prepare(target);
                    for (var workload : phase) workload.run(target, Math.max(1, warmUpSeconds / workloads.size()));
                }
                for (var workload : phase) rows.add(compare(workload, ours, theirs));
            }
            print(rows);
            for (var target : List.of(ours, theirs)) {
                out.println("RSS MiB of each member of " + target.name + " at the end: " + target.residentMibOfEach());
            }
            if (million) loadMillion(List.of(ours, theirs));
        }
        return 0;
    }

    private Row compare(Workload workload, Target ours, Target theirs) throws Exception {
        var our = new ArrayList<Sample>();
        var their = new ArrayList<Sample>();
        for (int round = 0; round < rounds; round++) {
            // Taking turns at going first evens out a drifting machine.
            boolean oursFirst = round % 2 == 0;
            for (boolean isOurs : new boolean[] {oursFirst, !oursFirst}) {
                var target = isOurs ? ours : theirs;
                target.findLeader();
                Workloads.settle(target);
                var sample = workload.run(target, seconds);
                progress(String.format(
                        Locale.ROOT,
                        "%s: %s %.0f/s p50 %.0f us p99 %.0f us failed %d",
                        workload.name(),
                        target.name,
                        sample.perSecond(),
                        sample.p50Micros(),
                        sample.p99Micros(),
                        sample.failed()));
                (isOurs ? our : their).add(sample);
            }
        }
        return new Row(workload.name(), median(our), median(their));
    }

    private static Sample median(List<Sample> samples) {
        var sorted = new ArrayList<>(samples);
        sorted.sort(Comparator.comparingDouble(Sample::perSecond));
        return sorted.get(sorted.size() / 2);
    }

    private void print(List<Row> rows) {
        out.println("| workload | actd /s | etcd /s | **ratio** | p50 µs actd / etcd | p99 µs actd / etcd"
                + " | server CPU µs/op actd / etcd | RSS MiB actd / etcd | failed |");
        out.println("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (var row : rows) {
            var a = row.ours();
            var e = row.theirs();
            out.printf(
                    Locale.ROOT,
                    "| %s | %.0f | %.0f | **%.2f** | %.0f / %.0f | %.0f / %.0f | %.1f / %.1f | %d / %d | %d / %d |%n",
                    row.workload(),
                    a.perSecond(),
                    e.perSecond(),
                    a.perSecond() / e.perSecond(),
                    a.p50Micros(),
                    e.p50Micros(),
                    a.p99Micros(),
                    e.p99Micros(),
                    a.cpuMicrosPerOp(),
                    e.cpuMicrosPerOp(),
                    a.residentMib(),
                    e.residentMib(),
                    a.failed(),
                    e.failed());
        }
    }

    private void loadMillion(List<Target> targets) throws InterruptedException {
        for (var target : targets) {
            progress("loading 1 000 000 keys into " + target.name);
            double took = Workloads.load(target, "m", 1_000_000);
            out.printf(
                    Locale.ROOT,
                    "%n1 000 000 keys of 256 B into %s: %.1f s, %.0f/s, RSS %d MiB%n",
                    target.name,
                    took,
                    1e6 / took,
                    target.residentMib());
        }
    }

    private static void progress(String line) {
        System.err.println(line);
    }
}
