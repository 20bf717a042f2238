package io.actd.simulation.cluster;

import io.actd.backend.Backend;
import io.actd.backend.Bucket;
import io.actd.backend.MemoryBackend;
import io.actd.backend.WriteBatch;
import io.actd.world.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store engine on a simulated disk: rows in memory, batches in one file, so that a power loss takes what was not synced
 * and nothing else. What is found at an opening is written anew, as LevelDB does: the process before may have left it to
 * the operating system. A batch that was never synced is left out then; damage is an error, wherever it is.
 */
final class FileBackend implements Backend {
    private static final String NAME = "rows";
    private static final long SMALL_BYTES = 64 << 10;
    private static final int DELETED = -1;
    private static final List<Bucket> BUCKETS = List.of(Bucket.values());

    private final Disk disk;
    private final Path directory;
    private final MemoryBackend rows = new MemoryBackend();
    private BlockFile file;

    private FileBackend(Disk disk, Path directory, BlockFile file) {
        this.disk = disk;
        this.directory = directory;
        this.file = file;
    }

    static FileBackend open(Path directory, Disk disk) {
        var path = directory.resolve(NAME);
        try {
            disk.createDirectories(directory);
            boolean isNew = !disk.exists(path);
            var backend = new FileBackend(disk, directory, new BlockFile(disk.open(path)));
            disk.syncDirectory(directory);
            if (!isNew) backend.load();
            return backend;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open " + path + ": " + e.getMessage(), e);
        }
    }

    private void load() throws IOException {
        for (var batch = file.next(); batch != null; batch = file.next())
            rows.write(decode(ByteBuffer.wrap(batch)), true);
        rewrite();
    }

    @Override
    public void write(WriteBatch batch, boolean sync) {
        try {
            file.append(encode(batch));
            if (sync) file.sync();
            rows.write(batch, sync);
            if (sync && file.endBytes() > 4 * rows.sizeBytes() + SMALL_BYTES) rewrite();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Leaves out what was overwritten. */
    private void rewrite() throws IOException {
        var all = new WriteBatch();
        for (var bucket : Bucket.values()) {
            try (var cursor = rows.scan(bucket, new byte[0], null)) {
                while (cursor.next()) all.put(bucket, cursor.key(), cursor.value());
            }
        }
        var aside = directory.resolve(NAME + ".tmp");
        disk.delete(aside);
        file.close();
        file = new BlockFile(disk.open(aside));
        file.append(encode(all));
        file.sync();
        disk.rename(aside, directory.resolve(NAME));
        disk.syncDirectory(directory);
    }

    private static byte[] encode(WriteBatch batch) {
        int bytes = 4;
        for (var row : batch.rows()) {
            var value = row.value();
            bytes += 9 + row.key().length + (value == null ? 0 : value.length);
        }
        var to = ByteBuffer.allocate(bytes).putInt(batch.rows().size());
        for (var row : batch.rows()) {
            to.put((byte) BUCKETS.indexOf(row.bucket()))
                    .putInt(row.key().length)
                    .put(row.key());
            var value = row.value();
            if (value == null) to.putInt(DELETED);
            else to.putInt(value.length).put(value);
        }
        return to.array();
    }

    private static WriteBatch decode(ByteBuffer from) {
        var batch = new WriteBatch();
        for (int rows = from.getInt(); rows > 0; rows--) {
            var bucket = BUCKETS.get(from.get());
            var key = new byte[from.getInt()];
            from.get(key);
            int length = from.getInt();
            if (length == DELETED) {
                batch.delete(bucket, key);
            } else {
                var value = new byte[length];
                from.get(value);
                batch.put(bucket, key, value);
            }
        }
        return batch;
    }

    @Override
    public byte @Nullable [] get(Bucket bucket, byte[] key) {
        return rows.get(bucket, key);
    }

    @Override
    public Cursor scan(Bucket bucket, byte[] from, byte @Nullable [] to) {
        return rows.scan(bucket, from, to);
    }

    @Override
    public View view() {
        return rows.view();
    }

    @Override
    public long sizeBytes() {
        return file.endBytes();
    }

    @Override
    public void reclaim() {
        try {
            rewrite();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot reclaim " + directory, e);
        }
    }

    @Override
    public void close() {
        rows.close();
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + directory, e);
        }
    }
}
