package io.actd.world;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that forgets like a real one: {@link #crash} keeps what was synced and an arbitrary part of what was
 * not, contents by sectors of 512 bytes and names by directory. Same calls and same random numbers, same outcome.
 *
 * <p>Names of one directory become durable in order, as a journaling file system does it, but only
 * {@link #syncDirectory} promises it; syncing a file says nothing about its name. Safe for use by several threads.
 *
 * <p>Where time passes ({@link Time}), a sync that is not over has made nothing durable yet, and what its program does
 * after it comes to nothing if the process or the power ends before.
 */
public final class SimulatedDisk implements Disk {
    /** What a {@link Fault} may refuse. */
    public enum Operation {
        CREATE_DIRECTORY,
        LIST,
        OPEN,
        RENAME,
        DELETE,
        SYNC_DIRECTORY,
        READ,
        WRITE,
        SYNC,
        TRUNCATE,
        PREALLOCATE,
        LOCK
    }

    /** Decides before each operation whether it fails. A failed sync loses what it should have made durable. */
    @FunctionalInterface
    public interface Fault {
        void before(Operation operation, Path path) throws IOException;
    }

    /** One bit of a file, the lowest being 0. */
    public record Bit(Path file, long position, int bit) {}

    /** The time of those who use the disk. A step of a program may run ahead of it, by what it waits. */
    public interface Time {
        /** It stands still. */
        Time NONE = new Time() {
            @Override
            public long nanos() {
                return 0;
            }

            @Override
            public long stepNanos() {
                return 0;
            }

            @Override
            public void waitForSync() {}
        };

        /** Now, as the step that runs sees it. */
        long nanos();

        /** When the step that runs began: nothing will happen any more before that. */
        long stepNanos();

        /** Lets as much time pass for the step that runs as a sync takes. */
        void waitForSync();
    }

    /** What a write says for which there is no space. */
    public static final String FULL = "No space left on device";

    private static final int TRIES = 8;

    private final Time time;
    private final SimulatedDirectory root;
    private Fault fault = (operation, path) -> {};
    private long capacityBytes = Long.MAX_VALUE;
    private long refusedForSpace;
    private long lastRefusalNanos;
    private int crashes;

    /** A disk that takes no time. */
    public SimulatedDisk() {
        this(Time.NONE);
    }

    /** @param time of whoever uses it: what a sync is for is not durable before the sync is over */
    public SimulatedDisk(Time time) {
        this.time = time;
        this.root = new SimulatedDirectory(time);
    }

    /** From now on asked before each operation. */
    public synchronized void onEveryOperation(Fault newFault) {
        fault = newFault;
    }

    /** Writes that would make the files larger than this in sum fail with "No space left on device". */
    public synchronized void limitTo(long bytes) {
        capacityBytes = bytes;
    }

    /** Writes that were refused for want of space so far. */
    public synchronized long refusedForSpace() {
        return refusedForSpace;
    }

    /** When that was last so. */
    public synchronized long lastRefusalNanos() {
        return lastRefusalNanos;
    }

    /** What all files hold in sum, as far as programs see it. */
    public synchronized long usedBytes() {
        return root.bytes();
    }

    /**
     * Power loss: every open file is dead, locks are gone, unsynced content and names survive at random.
     *
     * @return how many files and directories have lost something
     */
    public synchronized int crash(RandomGenerator random) {
        crashes++;
        return root.crash(random);
    }

    /** The process ended and the machine did not: every open file is dead, locks are gone, all that was written stays. */
    public synchronized void closeAll() {
        crashes++;
        root.endProcess();
    }

    /** Turns one bit of a file over, durably. */
    public synchronized void flipBit(Path file, long position, int bit) throws IOException {
        fileAt(file).flipBit(position, bit);
    }

    /** A bit of a file that is not empty, mostly of bytes that are not zero; null if all files are empty. */
    public synchronized @Nullable Bit someBit(RandomGenerator random) {
        Map<Path, SimulatedFile> files = new TreeMap<>();
        root.collectFiles(Path.of("/"), files);
        files.values().removeIf(file -> file.size() == 0);
        if (files.isEmpty()) return null;
        var file = List.copyOf(files.entrySet()).get(random.nextInt(files.size()));
        var content = file.getValue();
        long position = 0;
        for (int tries = 0; tries < TRIES; tries++) {
            position = random.nextLong(content.size());
            if (content.byteAt(position) != 0) break;
        }
        return new Bit(file.getKey(), position, random.nextInt(Byte.SIZE));
    }

    /** The byte of a file that has this bit; empty if the file is gone or ends before. */
    public synchronized OptionalInt byteOf(Bit bit) {
        return find(bit.file()) instanceof SimulatedFile file && bit.position() < file.size()
                ? OptionalInt.of(file.byteAt(bit.position()))
                : OptionalInt.empty();
    }

    @Override
    public synchronized boolean exists(Path path) {
        return find(path) != null;
    }

    @Override
    public synchronized List<String> list(Path directory) throws IOException {
        fault.before(Operation.LIST, directory);
        return find(directory) instanceof SimulatedDirectory d
                ? List.copyOf(d.names().keySet())
                : List.of();
    }

    @Override
    public synchronized void createDirectories(Path directory) throws IOException {
        fault.before(Operation.CREATE_DIRECTORY, directory);
        var at = root;
        for (var name : directory.toAbsolutePath().normalize()) {
            var next = at.names().get(name.toString());
            if (next instanceof SimulatedFile) throw new IOException(directory + ": not a directory");
            if (next == null) {
                next = new SimulatedDirectory(time);
                at.change(null, name.toString(), next);
                at.syncAtOnce();
            }
            at = (SimulatedDirectory) next;
        }
    }

    @Override
    public synchronized DiskFile open(Path file) throws IOException {
        fault.before(Operation.OPEN, file);
        var parent = parentOf(file);
        var node = parent.names().get(name(file));
        if (node instanceof SimulatedDirectory) throw new IOException(file + ": is a directory");
        if (node == null) {
            node = new SimulatedFile(time);
            parent.change(null, name(file), node);
        }
        return new Handle(file, (SimulatedFile) node, true);
    }

    @Override
    public synchronized DiskFile openReadOnly(Path file) throws IOException {
        fault.before(Operation.OPEN, file);
        return new Handle(file, fileAt(file), false);
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        fault.before(Operation.RENAME, from);
        var source = parentOf(from);
        var target = parentOf(to);
        var node = source.names().get(name(from));
        if (node == null) throw new NoSuchFileException(from.toString());
        if (target.names().get(name(to)) instanceof SimulatedDirectory)
            throw new IOException(to + ": directory exists");
        if (source == target) {
            source.change(name(from), name(to), node);
        } else {
            target.change(null, name(to), node);
            source.change(name(from), null, null);
        }
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        fault.before(Operation.DELETE, path);
        if (find(path) != null) parentOf(path).change(name(path), null, null);
    }

    @Override
    public synchronized void syncDirectory(Path directory) throws IOException {
        fault.before(Operation.SYNC_DIRECTORY, directory);
        if (!(find(directory) instanceof SimulatedDirectory d)) throw new NoSuchFileException(directory.toString());
        d.sync();
    }

    /** What {@link #limitTo} leaves. */
    @Override
    public synchronized long usableBytes(Path directory) throws IOException {
        if (!(find(directory) instanceof SimulatedDirectory)) throw new NoSuchFileException(directory.toString());
        return capacityBytes == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, capacityBytes - root.bytes());
    }

    private @Nullable SimulatedNode find(Path path) {
        SimulatedNode at = root;
        for (var name : path.toAbsolutePath().normalize()) {
            if (!(at instanceof SimulatedDirectory d)) return null;
            var next = d.names().get(name.toString());
            if (next == null) return null;
            at = next;
        }
        return at;
    }

    private SimulatedFile fileAt(Path path) throws IOException {
        if (find(path) instanceof SimulatedFile file) return file;
        throw new NoSuchFileException(path.toString());
    }

    private SimulatedDirectory parentOf(Path path) throws IOException {
        var parent = path.toAbsolutePath().normalize().getParent();
        if (parent != null && find(parent) instanceof SimulatedDirectory d) return d;
        throw new NoSuchFileException(path.toString());
    }

    private static String name(Path path) {
        return path.toFile().getName();
    }

    private void checkSpace(long growth) throws IOException {
        if (capacityBytes == Long.MAX_VALUE || growth <= 0 || root.bytes() + growth <= capacityBytes) return;
        refusedForSpace++;
        lastRefusalNanos = time.nanos();
        throw new IOException(FULL);
    }

    private final class Handle implements DiskFile {
        private final Path path;
        private final SimulatedFile node;
        private final boolean writable;
        private final int bornAfter = crashes;
        private boolean closed;

        Handle(Path path, SimulatedFile node, boolean writable) {
            this.path = path;
            this.node = node;
            this.writable = writable;
        }

        @Override
        public long size() throws IOException {
            synchronized (SimulatedDisk.this) {
                checkUsable();
                return node.size();
            }
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                begin(Operation.READ);
                return node.read(into, position);
            }
        }

        @Override
        public void write(ByteBuffer[] buffers, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                begin(Operation.WRITE);
                long at = position;
                for (var buffer : buffers) {
                    checkSpace(at + buffer.remaining() - node.size());
                    var bytes = new byte[buffer.remaining()];
                    buffer.get(bytes);
                    node.write(at, bytes);
                    at += bytes.length;
                }
            }
        }

        @Override
        public void sync() throws IOException {
            synchronized (SimulatedDisk.this) {
                checkUsable();
                try {
                    fault.before(Operation.SYNC, path);
                } catch (IOException e) {
                    node.forgetUnsynced();
                    throw e;
                }
                node.sync();
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (SimulatedDisk.this) {
                begin(Operation.TRUNCATE);
                if (size < node.size()) node.resize(size);
            }
        }

        @Override
        public void preallocate(long size) throws IOException {
            synchronized (SimulatedDisk.this) {
                begin(Operation.PREALLOCATE);
                checkSpace(size - node.size());
                if (size > node.size()) node.resize(size);
            }
        }

        @Override
        public boolean tryLock() throws IOException {
            synchronized (SimulatedDisk.this) {
                begin(Operation.LOCK);
                return node.lock(this);
            }
        }

        @Override
        public void close() {
            synchronized (SimulatedDisk.this) {
                closed = true;
                node.unlock(this);
            }
        }

        private void begin(Operation operation) throws IOException {
            checkUsable();
            if (!writable && operation != Operation.READ) throw new IOException(path + ": opened for reading");
            fault.before(operation, path);
        }

        private void checkUsable() throws IOException {
            if (closed) throw new IOException(path + ": file is closed");
            if (bornAfter != crashes)
                throw new IOException(path + ": the process or the power ended while it was open");
        }
    }
}
