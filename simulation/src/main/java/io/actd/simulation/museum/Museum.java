package io.actd.simulation.museum;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;

/** Shows for each mutant whether the simulation catches it, by which promise, and after how many seeds; or which test. */
final class Museum {
    /**
     * What became of a mutant.
     *
     * @param seeds up to and with the one that caught it; 0 if none did
     * @param by the promise that was seen broken, or the test that failed; empty if it got away
     */
    record Finding(Mutant mutant, long seeds, String by) {
        boolean caught() {
            return !by.isEmpty();
        }

        String row() {
            var simulation = mutant.played().isEmpty()
                    ? mutant.world().name().toLowerCase(Locale.ROOT) + " of " + mutant.members()
                    : "scenario " + mutant.played();
            boolean bySimulation = seeds > 0;
            return "| %s | %s | %s | %s | %s | %s |"
                    .formatted(
                            mutant.name(),
                            mutant.scenario(),
                            mutant.what(),
                            !caught() ? "**nothing**" : bySimulation ? by : "`" + by + "`",
                            bySimulation ? simulation : simulation + ": " + mutant.notCaughtBecause(),
                            bySimulation ? Long.toString(seeds) : "–");
        }
    }

    static final Path MUTANTS = Path.of("simulation", "mutants");

    private static final List<String> MODULES_WITH_TESTS = List.of("raft", "persistence", "actors", "simulation");
    private static final String EXAMINATION = "io.actd.simulation.museum.Examination";
    private static final String HELP = """
            usage: ./museum [--seeds N] [--patience SECONDS] [--list] [--record] [NAME...]

            Puts each old bug of simulation/mutants (or those whose name begins with NAME) into a copy of the product and
            simulates until it is caught: at most N seeds (100000), and so many seconds (240). If the simulation does not
            show it, the test that the patch names is run instead. Prints a table; fails if one gets away. --record puts
            the rows into docs/track-record.md and, if it was about all, the number into the scoreboard.
            """;
    private static final String HEAD = """
            | mutant | scenario | what goes wrong | caught by | simulation | seeds needed |
            |---|---|---|---|---|--:|""";

    private final Path root;
    private final Path scratch;
    private final Duration patience;

    /**
     * @param root of the project
     * @param scratch where changed sources and classes go
     * @param patience with each mutant
     */
    Museum(Path root, Path scratch, Duration patience) {
        this.root = root;
        this.scratch = scratch;
        this.patience = patience;
    }

    public static void main(String[] args) throws IOException {
        long seeds = 100_000;
        var patience = Duration.ofMinutes(4);
        boolean list = false;
        boolean record = false;
        List<String> names = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--seeds" -> seeds = Long.parseLong(args[++i]);
                case "--patience" -> patience = Duration.ofSeconds(Long.parseLong(args[++i]));
                case "--list" -> list = true;
                case "--record" -> record = true;
                case "--help", "-h" -> {
                    System.out.print(HELP);
                    return;
                }
                default -> names.add(args[i]);
            }
        }
        var root = Path.of("").toAbsolutePath();
        var museum = new Museum(root, root.resolve("simulation/target/museum"), patience);
        System.out.println(HEAD);
        List<Finding> findings = new ArrayList<>();
        for (var mutant : Mutant.all(root.resolve(MUTANTS))) {
            if (!names.isEmpty() && names.stream().noneMatch(mutant.name()::startsWith)) continue;
            var finding = list ? new Finding(mutant, 0, "") : museum.show(mutant, seeds);
            System.out.println(finding.row());
            findings.add(finding);
        }
        if (record && !list) new MuseumRecord(root).add(findings, names.isEmpty());
        System.exit(list || findings.stream().allMatch(Finding::caught) ? 0 : 1);
    }

    /** Compiles it and simulates up to so many seeds; if that shows nothing, runs the test that should. */
    Finding show(Mutant mutant, long seeds) {
        try {
            var classes = compile(mutant);
            var finding = simulate(mutant, classes, seeds);
            return finding.caught() || mutant.test().isEmpty() ? finding : examine(mutant, classes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    /** Only what is changed; everything else comes from the product as it is. */
    private Path compile(Mutant mutant) throws IOException {
        var directory = scratch.resolve(mutant.name());
        var classes = Files.createDirectories(directory.resolve("classes"));
        List<String> arguments =
                new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", classPath()));
        for (var file : mutant.applyTo(root).entrySet()) {
            var source = directory.resolve(file.getKey());
            Files.createDirectories(source.resolveSibling("."));
            Files.writeString(source, file.getValue());
            arguments.add(source.toString());
        }
        var complaints = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, complaints, complaints, arguments.toArray(String[]::new));
        if (status != 0)
            throw new IllegalStateException(
                    mutant.name() + " does not compile: " + complaints.toString(StandardCharsets.UTF_8));
        return classes;
    }

    private Finding simulate(Mutant mutant, Path classes, long seeds) throws IOException, InterruptedException {
        var program =
                switch (mutant.world()) {
                    case CLUSTER -> Exhibit.class.getName();
                    case RULES -> "io.actd.raft.Chaos";
                };
        var where = List.of(classes.toString(), testsOf("raft"), classPath());
        var arguments = new ArrayList<>(List.of(program, Integer.toString(mutant.members()), Long.toString(seeds)));
        if (!mutant.played().isEmpty()) arguments.add(mutant.played());
        var caught = run(mutant, where, arguments);
        if (caught.isEmpty()) return new Finding(mutant, 0, "");
        var words = caught.split(" ", 2);
        return new Finding(mutant, Long.parseLong(words[0]), promise(words[1]));
    }

    private Finding examine(Mutant mutant, Path classes) throws IOException, InterruptedException {
        List<String> where = new ArrayList<>(List.of(classes.toString()));
        for (var module : MODULES_WITH_TESTS) where.add(testsOf(module));
        where.add(classPath());
        for (var module : MODULES_WITH_TESTS) {
            var libraries = root.resolve(module).resolve("target").resolve("classpath-of-tests");
            if (Files.exists(libraries)) where.add(Files.readString(libraries).strip());
        }
        return new Finding(mutant, 0, run(mutant, where, List.of(EXAMINATION, mutant.test())));
    }

    private String testsOf(String module) {
        return root.resolve(module).resolve("target").resolve("test-classes").toString();
    }

    /** What the program says behind {@link Exhibit#CAUGHT}; empty if it says nothing, or nothing in time. */
    private String run(Mutant mutant, List<String> where, List<String> program)
            throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var output = scratch.resolve(mutant.name() + ".txt");
        List<String> command = new ArrayList<>(List.of(
                java,
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-Dpekko.actor.default-dispatcher.fork-join-executor.minimum-runnable=-1",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                String.join(File.pathSeparator, where)));
        command.addAll(program);
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
            return "";
        }
        var last = "";
        for (var line : Files.readAllLines(output)) if (line.startsWith(Exhibit.CAUGHT)) last = line;
        if (!last.isEmpty()) return last.substring(Exhibit.CAUGHT.length());
        if (process.exitValue() != 1) throw new IllegalStateException(mutant.name() + ": see " + output);
        return "";
    }

    /** The name of the promise in what a violation says. */
    private static String promise(String violation) {
        int invariant = violation.indexOf("invariant ");
        if (invariant >= 0) return violation.substring(invariant).split(" ", 3)[1];
        var words = violation.split(" ", 2);
        if (words[0].matches("[A-Z_]+:?")) return words[0].replace(":", "");
        int values = violation.indexOf(" [");
        return violation.substring(0, values > 0 ? values : Math.min(violation.length(), 80));
    }
}
