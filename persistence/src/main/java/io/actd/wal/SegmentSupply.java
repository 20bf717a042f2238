package io.actd.wal;

import io.actd.world.Disk;
import io.actd.world.Disk.DiskFile;
import io.actd.world.Failpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Has the next segment ready, so that a cut waits neither for space nor for zeros (spec FM-25). Used by the thread of the
 * log; only making the file runs elsewhere.
 */
final class SegmentSupply {
    /** A locked, preallocated, empty file under a name that readers skip. */
    record Spare(Path path, DiskFile file) {}

    private final Disk disk;
    private final Path directory;
    private final long segmentBytes;
    private final Executor background;
    private final Failpoints failpoints;
    private @Nullable FutureTask<Spare> ready;
    private int taken;

    SegmentSupply(Disk disk, Path directory, WalOptions options, Failpoints failpoints) {
        this.disk = disk;
        this.directory = directory;
        this.segmentBytes = options.segmentBytes();
        this.background = options.background();
        this.failpoints = failpoints;
    }

    /** Starts making the next segment unless that was done already. */
    void prepare() {
        if (ready == null) background.execute(begun());
    }

    private FutureTask<Spare> begun() {
        var path = directory.resolve(taken % 2 + ".tmp");
        var making = new FutureTask<>(() -> make(path));
        ready = making;
        return making;
    }

    /**
     * The next segment. Makes it here if nobody has begun to, for the background may be busy for long, or if it could not
     * be made in time: there may be room now.
     */
    Spare take() throws IOException {
        var prepared = ready;
        Spare spare;
        try {
            spare = made(prepared == null ? begun() : prepared);
        } catch (IOException e) {
            if (prepared == null || prepared.state() != Future.State.FAILED) throw e;
            spare = made(begun());
        }
        ready = null;
        taken++;
        return spare;
    }

    private static Spare made(FutureTask<Spare> making) throws IOException {
        making.run();
        try {
            return making.get();
        } catch (ExecutionException e) {
            var cause = e.getCause();
            if (cause instanceof UncheckedIOException io) throw new IOException(io.getMessage(), io);
            if (cause instanceof RuntimeException other) throw other;
            if (cause instanceof Error other) throw other;
            throw new IllegalStateException(cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the next segment", e);
        }
    }

    /** Removes what was made in vain. */
    void close() throws IOException {
        if (ready == null || ready.state() == Future.State.FAILED) return;
        var spare = take();
        spare.file().close();
        disk.delete(spare.path());
    }

    private Spare make(Path path) {
        try {
            var file = disk.open(path);
            try {
                if (!file.tryLock()) throw new IOException(path + " is locked by another process");
                file.truncate(0); // a leftover may hold anything
                file.preallocate(segmentBytes);
                file.sync();
            } catch (IOException e) {
                file.close();
                throw e;
            }
            failpoints.hit(WalFailpoints.AFTER_PREPARE);
            return new Spare(path, file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + path + " ready: " + e.getMessage(), e);
        }
    }
}
