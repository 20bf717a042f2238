package io.actd.simulation.cluster;

import io.actd.backend.Backend;
import io.actd.backend.Bucket;
import io.actd.backend.MemoryBackend;
import io.actd.backend.WriteBatch;
import io.actd.world.Disk;
import io.actd.world.Disk.DiskFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A store engine on a simulated disk: rows in memory, batches in one file, each with its length and checksum, so that a
 * power loss takes what was not synced and nothing else. A torn last batch is cut at the next opening; damage before
 * it is an error, as with a real engine.
 */
final class FileBackend implements Backend {
    private static final String NAME = "rows";
    private static final int HEAD_BYTES = 8;
    private static final long SMALL_BYTES = 64 << 10;
    private static final int DELETED = -1;
    private static final List<Bucket> BUCKETS = List.of(Bucket.values());

    private final Disk disk;
    private final Path directory;
    private final MemoryBackend rows = new MemoryBackend();
    private DiskFile file;
    private long endBytes;

    private FileBackend(Disk disk, Path directory, DiskFile file) {
        this.disk = disk;
        this.directory = directory;
        this.file = file;
    }

    static FileBackend open(Path directory, Disk disk) {
        try {
            disk.createDirectories(directory);
            var backend = new FileBackend(disk, directory, disk.open(directory.resolve(NAME)));
            disk.syncDirectory(directory);
            backend.load();
            return backend;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open " + directory + ": " + e.getMessage(), e);
        }
    }

    private void load() throws IOException {
        long size = file.size();
        var bytes = ByteBuffer.allocate(Math.toIntExact(size));
        while (bytes.hasRemaining() && file.read(bytes, bytes.position()) > 0) {}
        bytes.flip();
        while (bytes.remaining() >= HEAD_BYTES) {
            int length = bytes.getInt();
            int crc = bytes.getInt();
            boolean whole = length > 0 && length <= bytes.remaining();
            if (!whole || crc(bytes.slice(bytes.position(), length)) != crc) {
                if (whole && length < bytes.remaining())
                    throw new IOException("damaged at byte " + endBytes + " of " + size);
                break;
            }
            rows.write(decode(bytes.slice(bytes.position(), length)), true);
            bytes.position(bytes.position() + length);
            endBytes += HEAD_BYTES + length;
        }
        if (endBytes < size) {
            file.truncate(endBytes);
            file.sync();
        }
    }

    @Override
    public void write(WriteBatch batch, boolean sync) {
        try {
            append(encode(batch));
            if (sync) file.sync();
            rows.write(batch, sync);
            if (sync && endBytes > 4 * rows.sizeBytes() + SMALL_BYTES) rewrite();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + directory + ": " + e.getMessage(), e);
        }
    }

    private void append(byte[] payload) throws IOException {
        var head = ByteBuffer.allocate(HEAD_BYTES)
                .putInt(payload.length)
                .putInt(crc(ByteBuffer.wrap(payload)))
                .flip();
        file.write(new ByteBuffer[] {head, ByteBuffer.wrap(payload)}, endBytes);
        endBytes += HEAD_BYTES + payload.length;
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
        file = disk.open(aside);
        endBytes = 0;
        append(encode(all));
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

    private static int crc(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
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
        return endBytes;
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
