package io.actd.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Another wall clock for one process, by Debian's libfaketime; its monotonic clock stays what it is.
 *
 * @param offset the file in which the process looks up how far its clock is off
 */
record FakeTime(Path offset) {
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final String LIBRARY = "faketime/libfaketime.so.1";

    FakeTime {
        jump(offset, Duration.ZERO);
    }

    /** Whether the library is installed. */
    static boolean isPossible() {
        return library().isPresent();
    }

    private static Optional<Path> library() {
        try (Stream<Path> directories = Files.list(LIBRARIES)) {
            return Stream.concat(Stream.of(LIBRARIES), directories)
                    .map(directory -> directory.resolve(LIBRARY))
                    .filter(Files::exists)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the clock so far off, from the next look on. */
    void jump(Duration by) {
        jump(offset, by);
    }

    private static void jump(Path offset, Duration by) {
        try {
            Path whole = Files.writeString(offset.resolveSibling("offset.new"), "%+d".formatted(by.toSeconds()));
            Files.move(whole, offset, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the process must find in its environment. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library().orElseThrow().toString(),
                "FAKETIME_TIMESTAMP_FILE", offset.toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "DONT_FAKE_MONOTONIC", "1");
    }
}
