package io.actd.wal;

import io.actd.world.Disk;
import io.actd.world.Failpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments on disk: a front that is only kept, and the rest up to the tail that is needed and therefore locked
 * (spec FM-27, FM-28).
 */
final class HeldSegments {
    private static final Logger LOG = LoggerFactory.getLogger(Wal.class);

    private final Disk disk;
    private final WalOptions options;
    private final Failpoints failpoints;
    private final Deque<Path> kept = new ArrayDeque<>();
    private final Deque<Segment> held;

    HeldSegments(Disk disk, WalOptions options, Failpoints failpoints, List<Segment> locked) {
        this.disk = disk;
        this.options = options;
        this.failpoints = failpoints;
        this.held = new ArrayDeque<>(locked);
    }

    Segment tail() {
        return held.getLast();
    }

    void add(Segment tail) {
        held.addLast(tail);
    }

    /** Everything up to {@code index} is in a snapshot: lets go of the segments before the one that index is in. */
    void release(long index) throws IOException {
        long needed = held.getFirst().name().sequence();
        for (var segment : held) {
            if (segment.name().firstIndex() < index) needed = segment.name().sequence();
        }
        while (held.getFirst().name().sequence() < needed) {
            var segment = held.removeFirst();
            segment.file().close();
            kept.addLast(segment.path());
        }
        purge();
    }

    private void purge() {
        if (options.maxWals() == 0) return;
        var old = new ArrayList<Path>();
        while (!kept.isEmpty() && kept.size() + held.size() > options.maxWals()) old.add(kept.removeFirst());
        if (!old.isEmpty()) options.background().execute(() -> delete(old));
    }

    /** Oldest first; what cannot be deleted now is found again at the next start. */
    private void delete(List<Path> segments) {
        for (var path : segments) {
            failpoints.hit(WalFailpoints.BEFORE_PURGE);
            try (var file = disk.open(path)) {
                if (!file.tryLock()) {
                    LOG.warn("{} is no longer needed but locked by another process", path);
                    return;
                }
                disk.delete(path);
            } catch (IOException e) {
                LOG.warn("{} is no longer needed but cannot be deleted", path, e);
                return;
            }
        }
    }

    void close() throws IOException {
        for (var segment : held) segment.file().close();
    }
}
