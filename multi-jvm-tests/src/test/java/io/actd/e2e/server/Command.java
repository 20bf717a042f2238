package io.actd.e2e.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One program run to its end. */
public final class Command {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Its own five seconds, and two for a connection, are little on a busy machine. */
    private static final Map<String, String> PATIENT_ETCDCTL =
            Map.of("ETCDCTL_COMMAND_TIMEOUT", "20s", "ETCDCTL_DIAL_TIMEOUT", "10s");

    private Command() {}

    /** Exit code and what was written. */
    public record Result(int exitCode, String out, String err) {
        /** Both outputs. */
        public String all() {
            return out + err;
        }
    }

    /** Runs the words with additional environment and this input; kills what does not end in half a minute. */
    public static Result run(List<String> words, Map<String, String> environment, String input) {
        Path out = temporary();
        Path err = temporary();
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().putAll(PATIENT_ETCDCTL);
            builder.environment().putAll(environment);
            Process process = builder.start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException endedBeforeReading) {
                process.onExit();
            }
            if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError(words + " does not end:\n" + Files.readString(out) + Files.readString(err));
            }
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            out.toFile().delete();
            err.toFile().delete();
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempFile("actd-e2e-", ".out");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
