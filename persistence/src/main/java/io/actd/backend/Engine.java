package io.actd.backend;

import io.actd.world.World;
import java.io.IOException;
import java.nio.file.Path;

/** Opens the engines of a member, each in a directory of its own. */
@FunctionalInterface
public interface Engine {
    /** The engine of a real member. */
    Engine LEVELDB = (directory, world) -> LevelDbBackend.open(directory, world.clock(), world.disk());

    /**
     * Opens what the directory, which exists, holds; or makes a new one. Blocking I/O; may be called again for the same
     * directory once the engine before was closed.
     */
    Backend open(Path directory, World world);

    /** Removes a closed engine with its directory; missing is fine. Blocking I/O. */
    default void delete(Path directory, World world) throws IOException {
        world.disk().delete(directory);
    }
}
