package io.actd.copy;

import io.actd.backend.Backend;
import io.actd.backend.Engine;
import io.actd.backend.MemoryBackend;
import io.actd.world.World;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Engines in memory, one a directory, that lose what is not synced when the machine loses power. */
public final class MemoryEngines implements Engine {
    private final Map<Path, MemoryBackend> engines = new TreeMap<>();

    @Override
    public synchronized Backend open(Path directory, World world) {
        var engine = engines.computeIfAbsent(directory, path -> new MemoryBackend());
        engine.reopen();
        return engine;
    }

    @Override
    public synchronized void delete(Path directory, World world) throws IOException {
        engines.remove(directory);
        world.disk().delete(directory);
    }

    public synchronized void crash() {
        engines.values().forEach(MemoryBackend::crash);
    }
}
