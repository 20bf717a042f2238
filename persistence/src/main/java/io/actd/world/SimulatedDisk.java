package io.actd.world;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
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

    private sealed interface Node {}

    private static final class FileNode implements Node {
        final SimulatedContent content = new SimulatedContent();

        @Nullable
        Handle lockHolder;
    }

    private static final class Directory implements Node {
        final Map<String, Node> names = new TreeMap<>();
        final Map<String, Node> durableNames = new TreeMap<>();
        final List<Rename> unsynced = new ArrayList<>();

        /** {@code removed} goes and {@code added} becomes {@code node}, both at once. */
        record Rename(
                @Nullable String removed,
                @Nullable String added,
                @Nullable Node node) {
            void applyTo(Map<String, Node> names) {
                if (removed != null) names.remove(removed);
                if (added != null && node != null) names.put(added, node);
            }
        }

        void change(@Nullable String removed, @Nullable String added, @Nullable Node node) {
            var change = new Rename(removed, added, node);
            change.applyTo(names);
            unsynced.add(change);
        }

        void sync() {
            unsynced.forEach(change -> change.applyTo(durableNames));
            unsynced.clear();
        }

        void crash(RandomGenerator random) {
            unsynced.subList(random.nextInt(unsynced.size() + 1), unsynced.size())
                    .clear();
            sync();
            names.clear();
            names.putAll(durableNames);
            for (var node : names.values()) {
                switch (node) {
                    case Directory directory -> directory.crash(random);
                    case FileNode file -> {
                        file.content.crash(random);
                        file.lockHolder = null;
                    }
                }
            }
        }

        void unlockAll() {
            for (var node : names.values()) {
                switch (node) {
                    case Directory directory -> directory.unlockAll();
                    case FileNode file -> file.lockHolder = null;
                }
            }
        }

        void collectFiles(Path self, Map<Path, FileNode> into) {
            names.forEach((name, node) -> {
                switch (node) {
                    case Directory directory -> directory.collectFiles(self.resolve(name), into);
                    case FileNode file -> into.put(self.resolve(name), file);
                }
            });
        }

        long bytes() {
            long sum = 0;
            for (var node : names.values()) {
                sum += switch (node) {
                    case Directory directory -> directory.bytes();
                    case FileNode file -> file.content.size();
                };
            }
            return sum;
        }
    }

    private static final int TRIES = 8;

    private final Directory root = new Directory();
    private Fault fault = (operation, path) -> {};
    private long capacityBytes = Long.MAX_VALUE;
    private long refusedForSpace;
    private int crashes;

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

    /** What all files hold in sum, as far as programs see it. */
    public synchronized long usedBytes() {
        return root.bytes();
    }

    /** Power loss: every open file is dead, locks are gone, unsynced content and names survive at random. */
    public synchronized void crash(RandomGenerator random) {
        crashes++;
        root.crash(random);
    }

    /** The process ended and the machine did not: every open file is dead, locks are gone, all contents stay. */
    public synchronized void closeAll() {
        crashes++;
        root.unlockAll();
    }

    /** Turns one bit of a file over, durably. */
    public synchronized void flipBit(Path file, long position, int bit) throws IOException {
        fileAt(file).content.flipBit(position, bit);
    }

    /** A bit of a file that is not empty, mostly of bytes that are not zero; null if all files are empty. */
    public synchronized @Nullable Bit someBit(RandomGenerator random) {
        Map<Path, FileNode> files = new TreeMap<>();
        root.collectFiles(Path.of("/"), files);
        files.values().removeIf(file -> file.content.size() == 0);
        if (files.isEmpty()) return null;
        var file = List.copyOf(files.entrySet()).get(random.nextInt(files.size()));
        var content = file.getValue().content;
        long position = 0;
        for (int tries = 0; tries < TRIES; tries++) {
            position = random.nextLong(content.size());
            if (content.byteAt(position) != 0) break;
        }
        return new Bit(file.getKey(), position, random.nextInt(Byte.SIZE));
    }

    /** The byte of a file that has this bit; empty if the file is gone or ends before. */
    public synchronized OptionalInt byteOf(Bit bit) {
        return find(bit.file()) instanceof FileNode file && bit.position() < file.content.size()
                ? OptionalInt.of(file.content.byteAt(bit.position()))
                : OptionalInt.empty();
    }

    @Override
    public synchronized boolean exists(Path path) {
        return find(path) != null;
    }

    @Override
    public synchronized List<String> list(Path directory) throws IOException {
        fault.before(Operation.LIST, directory);
        return find(directory) instanceof Directory d ? List.copyOf(d.names.keySet()) : List.of();
    }

    @Override
    public synchronized void createDirectories(Path directory) throws IOException {
        fault.before(Operation.CREATE_DIRECTORY, directory);
        var at = root;
        for (var name : directory.toAbsolutePath().normalize()) {
            var next = at.names.get(name.toString());
            if (next instanceof FileNode) throw new IOException(directory + ": not a directory");
            if (next == null) {
                next = new Directory();
                at.change(null, name.toString(), next);
                at.sync();
            }
            at = (Directory) next;
        }
    }

    @Override
    public synchronized DiskFile open(Path file) throws IOException {
        fault.before(Operation.OPEN, file);
        var parent = parentOf(file);
        var node = parent.names.get(name(file));
        if (node instanceof Directory) throw new IOException(file + ": is a directory");
        if (node == null) {
            node = new FileNode();
            parent.change(null, name(file), node);
        }
        return new Handle(file, (FileNode) node, true);
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
        var node = source.names.get(name(from));
        if (node == null) throw new NoSuchFileException(from.toString());
        if (target.names.get(name(to)) instanceof Directory) throw new IOException(to + ": directory exists");
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
        if (!(find(directory) instanceof Directory d)) throw new NoSuchFileException(directory.toString());
        d.sync();
    }

    /** What {@link #limitTo} leaves. */
    @Override
    public synchronized long usableBytes(Path directory) throws IOException {
        if (!(find(directory) instanceof Directory)) throw new NoSuchFileException(directory.toString());
        return capacityBytes == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, capacityBytes - root.bytes());
    }

    private @Nullable Node find(Path path) {
        Node at = root;
        for (var name : path.toAbsolutePath().normalize()) {
            if (!(at instanceof Directory d)) return null;
            var next = d.names.get(name.toString());
            if (next == null) return null;
            at = next;
        }
        return at;
    }

    private FileNode fileAt(Path path) throws IOException {
        if (find(path) instanceof FileNode file) return file;
        throw new NoSuchFileException(path.toString());
    }

    private Directory parentOf(Path path) throws IOException {
        var parent = path.toAbsolutePath().normalize().getParent();
        if (parent != null && find(parent) instanceof Directory d) return d;
        throw new NoSuchFileException(path.toString());
    }

    private static String name(Path path) {
        return path.toFile().getName();
    }

    private void checkSpace(long growth) throws IOException {
        if (capacityBytes == Long.MAX_VALUE || growth <= 0 || root.bytes() + growth <= capacityBytes) return;
        refusedForSpace++;
        throw new IOException("No space left on device");
    }

    private final class Handle implements DiskFile {
        private final Path path;
        private final FileNode node;
        private final boolean writable;
        private final int bornAfter = crashes;
        private boolean closed;

        Handle(Path path, FileNode node, boolean writable) {
            this.path = path;
            this.node = node;
            this.writable = writable;
        }

        @Override
        public long size() throws IOException {
            synchronized (SimulatedDisk.this) {
                checkUsable();
                return node.content.size();
            }
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                begin(Operation.READ);
                return node.content.read(into, position);
            }
        }

        @Override
        public void write(ByteBuffer[] buffers, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                begin(Operation.WRITE);
                long at = position;
                for (var buffer : buffers) {
                    checkSpace(at + buffer.remaining() - node.content.size());
                    var bytes = new byte[buffer.remaining()];
                    buffer.get(bytes);
                    node.content.write(at, bytes);
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
                    node.content.forgetUnsynced();
                    throw e;
                }
                node.content.sync();
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (SimulatedDisk.this) {
                begin(Operation.TRUNCATE);
                if (size < node.content.size()) node.content.resize(size);
            }
        }

        @Override
        public void preallocate(long size) throws IOException {
            synchronized (SimulatedDisk.this) {
                begin(Operation.PREALLOCATE);
                checkSpace(size - node.content.size());
                if (size > node.content.size()) node.content.resize(size);
            }
        }

        @Override
        public boolean tryLock() throws IOException {
            synchronized (SimulatedDisk.this) {
                begin(Operation.LOCK);
                if (node.lockHolder != null && node.lockHolder != this) return false;
                node.lockHolder = this;
                return true;
            }
        }

        @Override
        public void close() {
            synchronized (SimulatedDisk.this) {
                closed = true;
                if (node.lockHolder == this) node.lockHolder = null;
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
