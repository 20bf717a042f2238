package io.actd.e2e.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Changes of names, and of files that were cut off, in their order; the last ones may be lost, never one in the middle. */
final class Journal {
    private sealed interface Step {
        boolean concerns(Node node);

        void sync();

        void undo();
    }

    /** What a name meant and means now, null for nothing. */
    record Change(
            Node.Directory directory,
            String name,
            @Nullable Node before,
            @Nullable Node after) {
        static Change to(Node.Directory directory, String name, @Nullable Node after) {
            return new Change(directory, name, directory.names.get(name), after);
        }

        private boolean concerns(Node node) {
            return directory == node || before == node || after == node;
        }

        private void put(@Nullable Node node) {
            if (node == null) {
                directory.names.remove(name);
            } else {
                directory.names.put(name, node);
            }
        }
    }

    private record Names(List<Change> changes) implements Step {
        @Override
        public boolean concerns(Node node) {
            return changes.stream().anyMatch(change -> change.concerns(node));
        }

        @Override
        public void sync() {}

        @Override
        public void undo() {
            changes.forEach(change -> change.put(change.before()));
        }
    }

    private record CutOff(Node.File file, long size) implements Step {
        @Override
        public boolean concerns(Node node) {
            return file == node;
        }

        @Override
        public void sync() {
            file.content.syncCutOff(size);
        }

        @Override
        public void undo() {
            file.content.loseCutOff();
        }
    }

    private final List<Step> unsynced = new ArrayList<>();

    /** Makes these changes at once, each of another name. */
    void make(Change... changes) {
        List.of(changes).forEach(change -> change.put(change.after()));
        unsynced.add(new Names(List.of(changes)));
    }

    void cutOff(Node.File file, long size) {
        file.content.cutOff(size);
        unsynced.add(new CutOff(file, size));
    }

    /** Steps that concern the node are safe from now on, and all that were made before them. */
    void sync(Node node) {
        for (int i = unsynced.size() - 1; i >= 0; i--) {
            if (unsynced.get(i).concerns(node)) {
                sync(i + 1);
                return;
            }
        }
    }

    private void sync(int steps) {
        List<Step> safe = unsynced.subList(0, steps);
        safe.forEach(Step::sync);
        safe.clear();
    }

    /** Undoes any number of the last steps; returns how many. */
    int losePower(RandomGenerator random) {
        sync(random.nextInt(unsynced.size() + 1));
        int lost = unsynced.size();
        for (int i = lost - 1; i >= 0; i--) {
            unsynced.get(i).undo();
        }
        unsynced.clear();
        return lost;
    }
}
