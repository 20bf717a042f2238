package io.actd.backend;

import io.actd.world.Clock;
import io.actd.world.Disk;
import io.actd.world.SystemDisk;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import org.fusesource.leveldbjni.JniDBFactory;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBException;
import org.iq80.leveldb.DBIterator;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.ReadOptions;
import org.iq80.leveldb.Snapshot;
import org.iq80.leveldb.WriteOptions;
import org.iq80.leveldb.impl.Iq80DBFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine of a real member: one LevelDB in a directory, each bucket under a prefix of one byte. Native where the
 * platform has it, else in pure Java.
 *
 * <p>Not compressed: the CPU is worth more than the disk here, and the quota (spec MT-5) should count what clients
 * sent. Durability rests on every write being synced: LevelDB does not sync the log file it leaves when it starts the
 * next one, so a synced write covers only those before it in the same file. Where others came before it, they are made
 * tables first, which LevelDB syncs.
 *
 * <p>LevelDB writes its log and its tables through memory maps of files it has not reserved space for: where the space
 * ends, the process gets a signal that kills it. Before it opens or writes, it is made sure that there is room for this
 * and for what the write may set off in the background.
 */
public final class LevelDbBackend implements Backend {
    private static final Logger LOG = LoggerFactory.getLogger(LevelDbBackend.class);
    private static final int WRITE_BUFFER_BYTES = 16 << 20;
    private static final long BLOCK_CACHE_BYTES = 32 << 20;

    /** A larger table takes the disk from whoever shares it for as long as a sync of all of it takes. */
    private static final int UNSYNCED_TABLE_BYTES = 2 << 20;

    /**
     * What must be free besides what is written: level 0 as it is when a compaction of it begins (four tables, each a
     * full write buffer), written once more before the old tables go; as much as it overlaps of level 1 (10 MB); the
     * write buffer that is made a table meanwhile.
     */
    static final long SPACE_FOR_COMPACTION_BYTES = 6L * WRITE_BUFFER_BYTES;

    private static final byte[] BEHIND_ALL_ROWS = {(byte) 0xff};
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);
    private static final long SIZE_VALID_NANOS = Duration.ofSeconds(1).toNanos();

    private record Size(long bytes, long takenNanos) {}

    private final DB db;
    private final File directory;
    private final Clock clock;
    private final Disk disk;
    private final Duration closePatience;
    private final UseGuard guard = new UseGuard();
    private volatile @Nullable Size lastSize;
    /** What only LevelDB's log has, not synced. Of the one thread that writes so. */
    private long unsyncedBytes;

    private LevelDbBackend(DB db, File directory, Clock clock, Disk disk, Duration closePatience) {
        this.db = db;
        this.directory = directory;
        this.clock = clock;
        this.disk = disk;
        this.closePatience = closePatience;
    }

    /**
     * Opens or creates; the parent directory must exist. One process at a time.
     *
     * <p>LevelDB begins a new manifest and renames {@code CURRENT} to it, and does not sync the directory after that: if the
     * power failed, an older manifest would count. The first one of all is never synced, so the store could not be opened.
     *
     * @param disk asked for the space that is left and to sync the directory, nothing else
     */
    public static LevelDbBackend open(Path directory, Clock clock, Disk disk) {
        return open(directory, clock, disk, CLOSE_PATIENCE, LevelDbBackend::openAny);
    }

    static LevelDbBackend open(Path directory, Clock clock, Disk disk, Duration closePatience, Opener opener) {
        var options = new Options()
                .createIfMissing(true)
                .writeBufferSize(WRITE_BUFFER_BYTES)
                .cacheSize(BLOCK_CACHE_BYTES)
                .compressionType(CompressionType.NONE);
        try {
            requireSpace(disk, directory, SPACE_FOR_COMPACTION_BYTES);
            LevelDbLogs.check(new SystemDisk(), directory);
            var db = opener.open(directory.toFile(), options);
            syncNames(db, disk, directory);
            return new LevelDbBackend(db, directory.toFile(), clock, disk, closePatience);
        } catch (IOException | DBException e) {
            throw new UncheckedIOException(
                    "cannot open LevelDB in " + directory + ": " + e.getMessage(), new IOException(e));
        }
    }

    private static void syncNames(DB db, Disk disk, Path directory) throws IOException {
        try {
            disk.syncDirectory(directory);
        } catch (IOException e) {
            db.close();
            throw e;
        }
    }

    /** "No space left", as an operating system would say it; it would say it too late. */
    private static void requireSpace(Disk disk, Path directory, long bytes) throws IOException {
        long usable = disk.usableBytes(directory.resolveSibling("."));
        if (usable < bytes) {
            throw new IOException("No space left on device: LevelDB needs " + bytes + " bytes in " + directory
                    + ", there are " + usable);
        }
    }

    /** One of the two LevelDBs. The one in Java reads what the native one wrote, but not the other way round. */
    @FunctionalInterface
    interface Opener {
        DB open(File directory, Options options) throws IOException;
    }

    /** LevelDB itself where there is a native build of it, else the one in Java, which is slower. */
    private static DB openAny(File directory, Options options) throws IOException {
        if (writtenInJava(directory)) return Iq80DBFactory.factory.open(directory, options);
        try {
            return JniDBFactory.factory.open(directory, options);
        } catch (LinkageError noNative) {
            LOG.warn("no native LevelDB for this platform, using the one in Java: {}", noNative.toString());
            return Iq80DBFactory.factory.open(directory, options);
        }
    }

    /** It names its tables otherwise, and the native one would miss them. */
    private static boolean writtenInJava(File directory) {
        var tables = directory.list((parent, name) -> name.endsWith(".ldb"));
        return tables != null && tables.length > 0;
    }

    @Override
    public byte @Nullable [] get(Bucket bucket, byte[] key) {
        return guarded(() -> db.get(prefixed(bucket, key), new ReadOptions().verifyChecksums(true)));
    }

    @Override
    public Cursor scan(Bucket bucket, byte[] from, byte @Nullable [] to) {
        return scan(bucket, from, to, new ReadOptions().verifyChecksums(true));
    }

    private Cursor scan(Bucket bucket, byte[] from, byte @Nullable [] to, ReadOptions options) {
        guard.enter();
        boolean opened = false;
        try {
            var iterator = db.iterator(options);
            iterator.seek(prefixed(bucket, from));
            var end = to == null ? new byte[] {(byte) (bucket.prefix() + 1)} : prefixed(bucket, to);
            var cursor = new PrefixCursor(iterator, bucket.prefix(), end);
            opened = true;
            return cursor;
        } catch (DBException e) {
            throw failed(e);
        } finally {
            if (!opened) guard.exit();
        }
    }

    @Override
    public View view() {
        guard.enter();
        boolean opened = false;
        try {
            var view = new SnapshotView(db.getSnapshot());
            opened = true;
            return view;
        } catch (DBException e) {
            throw failed(e);
        } finally {
            if (!opened) guard.exit();
        }
    }

    @Override
    public void write(WriteBatch batch, boolean sync) {
        this.<@Nullable Object>guarded(() -> {
            try (var rows = db.createWriteBatch()) {
                long bytes = 0;
                for (var row : batch.rows()) {
                    var key = prefixed(row.bucket(), row.key());
                    var value = row.value();
                    bytes += key.length + (value == null ? 0 : value.length);
                    if (value == null) {
                        rows.delete(key);
                    } else {
                        rows.put(key, value);
                    }
                }
                // Once in the log, once in a table.
                requireSpace(disk, directory.toPath(), SPACE_FOR_COMPACTION_BYTES + 2 * bytes);
                if (sync && unsyncedBytes > 0) makeTables();
                db.write(rows, new WriteOptions().sync(sync));
                if (!sync) unsyncedBytes += bytes;
                if (unsyncedBytes >= UNSYNCED_TABLE_BYTES) makeTables();
                return null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /**
     * To compact a range without rows writes out the write buffer and nothing else. It does not say if that failed; but
     * then LevelDB refuses every write that follows.
     */
    private void makeTables() throws IOException {
        db.compactRange(BEHIND_ALL_ROWS, BEHIND_ALL_ROWS);
        disk.syncDirectory(directory.toPath());
        unsyncedBytes = 0;
    }

    @Override
    public long sizeBytes() {
        var known = lastSize;
        long now = clock.nanoTime();
        if (known != null && now - known.takenNanos < SIZE_VALID_NANOS) return known.bytes;
        var files = directory.listFiles();
        long bytes =
                files == null ? 0 : Arrays.stream(files).mapToLong(File::length).sum();
        lastSize = new Size(bytes, now);
        return bytes;
    }

    /** Takes as much space as there are rows before it gives any back. */
    @Override
    public void reclaim() {
        this.<@Nullable Object>guarded(() -> {
            db.compactRange(new byte[] {0}, new byte[] {(byte) 0xff});
            return null;
        });
    }

    /**
     * Waits for open cursors and views. If some stay open for too long LevelDB is left as it is, which loses nothing
     * that was synced, and the caller is told by an {@link IllegalStateException}.
     */
    @Override
    public void close() {
        if (!guard.end(closePatience)) return;
        try {
            db.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T extends @Nullable Object> T guarded(Supplier<T> call) {
        guard.enter();
        try {
            return call.get();
        } catch (DBException e) {
            throw failed(e);
        } finally {
            guard.exit();
        }
    }

    private UncheckedIOException failed(DBException e) {
        return new UncheckedIOException(new IOException("LevelDB in " + directory + ": " + e.getMessage(), e));
    }

    private static byte[] prefixed(Bucket bucket, byte[] key) {
        var result = new byte[key.length + 1];
        result[0] = bucket.prefix();
        System.arraycopy(key, 0, result, 1, key.length);
        return result;
    }

    private final class SnapshotView implements View {
        private final Snapshot snapshot;
        private boolean closed;

        SnapshotView(Snapshot snapshot) {
            this.snapshot = snapshot;
        }

        @Override
        public Cursor scan(Bucket bucket, byte[] from, byte @Nullable [] to) {
            if (closed) throw new IllegalStateException("the view is closed");
            var options =
                    new ReadOptions().snapshot(snapshot).verifyChecksums(true).fillCache(false);
            return LevelDbBackend.this.scan(bucket, from, to, options);
        }

        @Override
        public void close() {
            if (closed) return;
            closed = true;
            try {
                snapshot.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                guard.exit();
            }
        }
    }

    private final class PrefixCursor implements Cursor {
        private final DBIterator iterator;
        private final byte prefix;
        private final byte[] end;
        private byte @Nullable [] key;
        private byte @Nullable [] value;
        private boolean closed;

        PrefixCursor(DBIterator iterator, byte prefix, byte[] end) {
            this.iterator = iterator;
            this.prefix = prefix;
            this.end = end;
        }

        @Override
        public boolean next() {
            checkOpen();
            key = null;
            value = null;
            try {
                if (!iterator.hasNext()) return false;
                var row = iterator.next();
                if (Arrays.compareUnsigned(row.getKey(), end) >= 0) return false;
                key = Arrays.copyOfRange(row.getKey(), 1, row.getKey().length);
                value = row.getValue();
                return true;
            } catch (DBException e) {
                throw failed(e);
            }
        }

        @Override
        public void seek(byte[] target) {
            checkOpen();
            if (key != null && Arrays.compareUnsigned(target, key) <= 0) return;
            var position = new byte[target.length + 1];
            position[0] = prefix;
            System.arraycopy(target, 0, position, 1, target.length);
            iterator.seek(position);
        }

        @Override
        public byte[] key() {
            return Objects.requireNonNull(key, "no row");
        }

        @Override
        public byte[] value() {
            return Objects.requireNonNull(value, "no row");
        }

        @Override
        public void close() {
            if (closed) return;
            closed = true;
            try {
                iterator.close();
            } finally {
                guard.exit();
            }
        }

        private void checkOpen() {
            if (closed) throw new IllegalStateException("the cursor is closed");
        }
    }
}
