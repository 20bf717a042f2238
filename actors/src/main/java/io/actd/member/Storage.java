package io.actd.member;

import io.actd.backend.Backend;
import io.actd.backend.LevelDbBackend;
import io.actd.wal.WalOptions;
import io.actd.world.World;
import java.nio.file.Path;

/**
 * How a member keeps its files where no operator has a choice; tests and the simulation have one.
 *
 * @param engine opens the store's engine
 * @param walSegmentBytes size from which a segment of the log is cut
 */
public record Storage(Engine engine, long walSegmentBytes) {
    /** What a process runs with. */
    public static final Storage DEFAULT = new Storage(
            (directory, world) -> LevelDbBackend.open(directory, world.clock()), WalOptions.DEFAULTS.segmentBytes());

    /** Opens an engine, or makes a new one. */
    @FunctionalInterface
    public interface Engine {
        /** Blocking I/O; may be called again for the same directory once the engine before was closed. */
        Backend open(Path directory, World world);
    }

    /** With another engine. */
    public Storage withEngine(Engine other) {
        return new Storage(other, walSegmentBytes);
    }
}
