package io.actd.simulation.score;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Plays stories of real processes, round after round, and takes over what they counted.
 *
 * <p>A round that fails keeps what it said, and the logs of its servers, in {@code multi-jvm-tests/target/soak/SEED}.
 */
final class RealProcesses {
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final Duration END_PATIENCE = Duration.ofSeconds(30);

    /** Tests that count something and are no stories of a cluster. */
    private static final List<String> MORE = List.of("CrashIT", "WalDamageIT", Round.FAILOVER);

    private final Path project;
    private final Path target;
    private final Scoreboard scoreboard;
    private final Duration patience;

    /** Of the project in that directory, to its scoreboard. */
    RealProcesses(Path project) {
        this(project, PATIENCE);
    }

    /** @param patience how long any command may take */
    RealProcesses(Path project, Duration patience) {
        this.project = project;
        this.patience = patience;
        this.target = project.resolve("multi-jvm-tests").resolve("target");
        this.scoreboard = new Scoreboard(project);
    }

    /** Packages what is to be tested, then plays for so long, and says whether nothing failed. */
    boolean play(double seconds, long firstSeed) throws IOException {
        var packaging =
                List.of("mvn", "-B", "-q", "-Dfast", "-DskipTests", "-pl", "node,multi-jvm-tests", "-am", "package");
        var log = Files.createDirectories(target.resolve("soak")).resolve("package.log");
        if (!succeeds(packaging, log)) {
            System.out.println("stories: packaging failed, see " + log);
            return false;
        }
        long end = System.nanoTime() + (long) (seconds * 1e9);
        var rounds = new Rounds(stories(), firstSeed);
        boolean ok = true;
        for (var round = next(rounds, end); round.isPresent(); round = next(rounds, end)) {
            long begun = System.nanoTime();
            ok &= play(round.get());
            rounds.took(round.get(), (System.nanoTime() - begun) / 1e9);
        }
        return ok;
    }

    private static Optional<Round> next(Rounds rounds, long endNanos) {
        return rounds.next((endNanos - System.nanoTime()) / 1e9);
    }

    /** Names of all there is to play. */
    List<String> stories() throws IOException {
        var stories = new ArrayList<>(MORE);
        try (var files = Files.list(project.resolve("multi-jvm-tests/src/test/java/io/actd/e2e/story"))) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("IT.java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .sorted()
                    .forEach(stories::add);
        }
        return stories;
    }

    /** Plays one round, adds what it counted to the data file, and says whether nothing failed. */
    boolean play(Round round) throws IOException {
        long begun = System.nanoTime();
        int before = counted().size();
        var logs = Files.createDirectories(target.resolve("soak").resolve(Long.toString(round.seed())));
        for (var story : round.stories()) for (var report : reports(story)) Files.delete(report);
        var failed = new ArrayList<List<String>>();
        for (var command : round.commands(logs))
            if (!succeeds(command, logs.resolve("output.log"))) failed.add(command);
        var entries = new ArrayList<>(
                Scoreboard.merged(counted().stream().skip(before).toList()));
        if (!failed.isEmpty() && entries.stream().allMatch(entry -> entry.failures() == 0)) entries.add(noEnd(round));
        scoreboard.add(entries);
        System.out.printf(
                "seed %d: %d stories at scale %d in %.0f s (%s)%s%n",
                round.seed(),
                round.stories().size(),
                round.scale(),
                (System.nanoTime() - begun) / 1e9,
                String.join(" ", round.stories()),
                summary(entries));
        if (failed.isEmpty()) forget(logs);
        else explain(round, failed, logs);
        return failed.isEmpty();
    }

    private List<Entry> counted() throws IOException {
        var file = target.resolve("scoreboard.jsonl");
        return Files.exists(file) ? Scoreboard.read(file) : List.of();
    }

    /** Of a round that failed and did not come to say so: it was not even built, or was ended. */
    private static Entry noEnd(Round round) throws IOException {
        var today = LocalDate.now(ZoneOffset.UTC).toString();
        return new Entry("3", "real processes", 0, 1, round.seed(), null, today, Scoreboard.commit());
    }

    private static String summary(List<Entry> entries) {
        return entries.stream().map(RealProcesses::summary).collect(Collectors.joining());
    }

    private static String summary(Entry entry) {
        var line = Line.numbered(entry.line()).orElseThrow();
        var failures = entry.failures() == 0 ? "" : ", " + entry.failures() + " failed";
        return "%n  %s. %s: %s%s"
                .formatted(line.number(), line.figure(), line.unit().show(entry.count()), failures);
    }

    private void explain(Round round, List<List<String>> failed, Path logs) throws IOException {
        System.out.println("FAILED, see " + logs + "; to play it again:");
        for (var story : round.stories()) {
            boolean isTest = !story.equals(Round.FAILOVER);
            if (isTest ? reportedAsFailed(story) : failed.contains(round.failover()))
                System.out.println("  " + round.again(story));
        }
    }

    private boolean reportedAsFailed(String story) throws IOException {
        for (var file : reports(story)) {
            var report = Files.readString(file);
            if (!report.contains("<failure") && !report.contains("<error")) return false;
        }
        return true; // a story without a report has not come to its end
    }

    private List<Path> reports(String story) throws IOException {
        var reports = target.resolve("failsafe-reports");
        if (!Files.isDirectory(reports)) return List.of();
        try (var files = Files.list(reports)) {
            return files.filter(file -> file.toString().endsWith("." + story + ".xml"))
                    .toList();
        }
    }

    private static void forget(Path logs) throws IOException {
        try (var files = Files.list(logs)) {
            for (var file : files.toList()) Files.delete(file);
        }
        Files.delete(logs);
    }

    /** Runs a command in the project's directory, which says what it has to say into that file. */
    private boolean succeeds(List<String> command, Path log) throws IOException {
        var process = new ProcessBuilder(command)
                .directory(project.toAbsolutePath().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        var ending = new Thread(() -> end(process));
        Runtime.getRuntime().addShutdownHook(ending);
        try {
            if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) return process.exitValue() == 0;
            System.out.println("not over after " + patience.toMinutes() + " minutes: " + String.join(" ", command));
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            end(process);
            goOnWithout(ending);
        }
    }

    private static void goOnWithout(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException weAreEnding) {
            new Semaphore(0).acquireUninterruptibly(); // what was interrupted is not counted
        }
    }

    /** With all it has started; returns when they are gone. */
    private static void end(Process process) {
        var all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroy);
        var gone =
                CompletableFuture.allOf(all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new));
        try {
            gone.get(END_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            all.forEach(ProcessHandle::destroyForcibly);
            gone.join();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
