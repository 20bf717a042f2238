package io.actd.e2e.server;

import io.actd.e2e.Await;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The lines one run of a process has written to its log file, read when asked for. */
public final class LogLines {
    private final Path file;
    private final List<String> lines = new ArrayList<>(); // guarded by this
    private long position; // guarded by this; behind the last whole line

    private LogLines(Path file, long position) {
        this.file = file;
        this.position = position;
    }

    /** Lines that will be written from now on; the file need not exist yet. */
    static LogLines behind(Path file) {
        try {
            return new LogLines(file, Files.exists(file) ? Files.size(file) : 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of a file that somebody else writes, from its beginning. */
    public static LogLines of(Path file) {
        return new LogLines(file, 0);
    }

    /** All whole lines so far. */
    public synchronized List<String> all() {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] fresh = new byte[(int) (in.length() - position)];
            in.seek(position);
            in.readFully(fresh);
            take(fresh);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(lines);
    }

    private void take(byte[] fresh) {
        int start = 0;
        for (int i = 0; i < fresh.length; i++) {
            if (fresh[i] == '\n') {
                lines.add(new String(fresh, start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        position += start;
    }

    /** The first line with this property, if it was written already. */
    public Optional<String> find(Predicate<String> property) {
        return all().stream().filter(property).findFirst();
    }

    /** Waits until a line contains the text, or fails. */
    public String await(String text, Duration timeout) {
        return Await.value("log line with " + text, timeout, () -> find(line -> line.contains(text)));
    }

    /** The last lines, for a failure message. */
    public String tail(int howMany) {
        List<String> copy = all();
        return String.join("\n", copy.subList(Math.max(0, copy.size() - howMany), copy.size()));
    }
}
