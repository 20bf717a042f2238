package io.actd.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;

/** Counts what was caught, and adds it to {@code target/scoreboard.jsonl}: one JSON object a line. */
final class Scoreboard {
    private static final Path FILE = Path.of("target", "scoreboard.jsonl");

    private int windows;
    private final Map<String, Integer> mutants = new TreeMap<>(); // by checker

    void window() {
        windows++;
    }

    void caught(String checker, int more) {
        mutants.merge(checker, more, Integer::sum);
    }

    Map<String, Integer> mutants() {
        return mutants;
    }

    void write() {
        int caught = mutants.values().stream().mapToInt(Integer::intValue).sum();
        String lines = line("5", "of generated histories", windows) + line("6", "generated histories", caught);
        try {
            Files.createDirectories(FILE.toAbsolutePath().getParent());
            Files.writeString(FILE, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Only what held gets here: a failure ends the test before. */
    private static String line(String number, String what, int count) {
        return "{\"line\":\"%s\",\"what\":\"%s\",\"count\":%d,\"failures\":0,\"seed\":0,\"date\":\"%s\",\"commit\":\"%s\"}%n"
                .formatted(number, what, count, LocalDate.now(ZoneOffset.UTC), commit());
    }

    private static String commit() {
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "--short", "HEAD").start();
            String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? answer : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
