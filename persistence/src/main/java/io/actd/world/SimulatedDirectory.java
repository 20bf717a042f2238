package io.actd.world;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A directory of a simulated disk, once as programs see it and once as it would be found after a power loss. */
final class SimulatedDirectory implements SimulatedNode {
    /** {@code removed} goes and {@code added} becomes {@code node}, both at once. */
    private record Rename(
            @Nullable String removed,
            @Nullable String added,
            @Nullable SimulatedNode node) {
        void applyTo(Map<String, SimulatedNode> names) {
            if (removed != null) names.remove(removed);
            if (added != null && node != null) names.put(added, node);
        }
    }

    private final Unsynced<Rename> unsynced;
    private final Map<String, SimulatedNode> durableNames = new TreeMap<>();
    private final Map<String, SimulatedNode> names = new TreeMap<>();

    SimulatedDirectory(SimulatedDisk.Time time) {
        this.unsynced = new Unsynced<>(time);
    }

    /** As programs see it; not to be changed. */
    Map<String, SimulatedNode> names() {
        return names;
    }

    void change(@Nullable String removed, @Nullable String added, @Nullable SimulatedNode node) {
        var change = new Rename(removed, added, node);
        change.applyTo(names);
        unsynced.add(change);
    }

    void sync() {
        unsynced.sync();
        unsynced.settled().forEach(change -> change.applyTo(durableNames));
    }

    void syncAtOnce() {
        unsynced.syncAtOnce();
        unsynced.settled().forEach(change -> change.applyTo(durableNames));
    }

    /** Only what was done by now is seen any more, and nobody holds a lock. */
    void endProcess() {
        dropUndone();
        for (var node : names.values()) {
            switch (node) {
                case SimulatedDirectory directory -> directory.endProcess();
                case SimulatedFile file -> file.endProcess();
            }
        }
    }

    private void dropUndone() {
        unsynced.settledAtTheEnd().forEach(change -> change.applyTo(durableNames));
        if (!unsynced.dropUndone()) return;
        names.clear();
        names.putAll(durableNames);
        unsynced.changes().forEach(change -> change.applyTo(names));
    }

    /** Returns how many files and directories, this one included, have lost something. */
    int crash(RandomGenerator random) {
        dropUndone();
        var before = Map.copyOf(names);
        var changes = unsynced.changes();
        unsynced.clear();
        changes.subList(0, random.nextInt(changes.size() + 1)).forEach(change -> change.applyTo(durableNames));
        names.clear();
        names.putAll(durableNames);
        int lost = names.equals(before) ? 0 : 1;
        for (var node : names.values()) {
            switch (node) {
                case SimulatedDirectory directory -> lost += directory.crash(random);
                case SimulatedFile file -> {
                    if (file.crash(random)) lost++;
                }
            }
        }
        return lost;
    }

    void collectFiles(Path self, Map<Path, SimulatedFile> into) {
        names.forEach((name, node) -> {
            switch (node) {
                case SimulatedDirectory directory -> directory.collectFiles(self.resolve(name), into);
                case SimulatedFile file -> into.put(self.resolve(name), file);
            }
        });
    }

    long bytes() {
        long sum = 0;
        for (var node : names.values()) {
            sum += switch (node) {
                case SimulatedDirectory directory -> directory.bytes();
                case SimulatedFile file -> file.size();
            };
        }
        return sum;
    }
}
