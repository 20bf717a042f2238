package io.actd.world;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files of the machine. Safe for use by several threads, each file by one at a time. */
public final class SystemDisk implements Disk {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FILE = mode("rw-------");
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY = mode("rwx------");

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) return List.of();
        try (var names = Files.list(directory)) {
            return names.map(name -> name.toFile().getName()).sorted().toList();
        }
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        var missing = new ArrayDeque<Path>();
        for (Path d = directory.toAbsolutePath().normalize(); d != null && !Files.isDirectory(d); d = d.getParent())
            missing.push(d);
        for (var d : missing) {
            Files.createDirectory(d, OWNER_ONLY_DIRECTORY);
            var parent = d.getParent();
            if (parent != null) syncDirectory(parent);
        }
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        var options = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        return new SystemFile(FileChannel.open(file, options, OWNER_ONLY_FILE));
    }

    @Override
    public DiskFile openReadOnly(Path file) throws IOException {
        return new SystemFile(FileChannel.open(file, StandardOpenOption.READ));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.deleteIfExists(path);
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) throw failure;
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Unlike a {@link java.nio.file.FileStore}, which reads the table of mounts each time, this asks only for the number. */
    @Override
    public long usableBytes(Path directory) throws IOException {
        var file = directory.toFile();
        long bytes = file.getUsableSpace();
        if (bytes > 0 || file.getTotalSpace() > 0) return bytes;
        if (!Files.isDirectory(directory)) throw new NoSuchFileException(directory.toString());
        return Long.MAX_VALUE;
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    private record SystemFile(FileChannel channel) implements DiskFile {
        private static final int ZERO_CHUNK_BYTES = 1 << 20;
        private static final int ZERO_BYTES_PER_SYNC = 8 << 20;

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return channel.read(into, position);
        }

        @Override
        public void write(ByteBuffer[] buffers, long position) throws IOException {
            if (buffers.length == 1) {
                long at = position;
                while (buffers[0].hasRemaining()) at += channel.write(buffers[0], at);
                return;
            }
            channel.position(position);
            int first = 0;
            while (first < buffers.length) {
                if (buffers[first].hasRemaining()) channel.write(buffers, first, buffers.length - first);
                else first++;
            }
        }

        /** As fdatasync: content and, where it changed, the size; not the times. */
        @Override
        public void sync() throws IOException {
            channel.force(false);
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        /**
         * Writes zeros. The JDK cannot reserve blocks without writing them, and on ext4 a sync into written blocks took
         * 60 % of the time of one into a sparse or merely reserved file: it has no metadata to commit. Syncs as it goes,
         * so that syncs of other files do not wait behind all of it.
         */
        @Override
        public void preallocate(long size) throws IOException {
            var zeros = ByteBuffer.allocateDirect(ZERO_CHUNK_BYTES);
            long at = channel.size();
            long unsynced = 0;
            while (at < size) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), size - at));
                int written = channel.write(zeros, at);
                at += written;
                unsynced += written;
                if (unsynced >= ZERO_BYTES_PER_SYNC) {
                    channel.force(false);
                    unsynced = 0;
                }
            }
        }

        @Override
        public boolean tryLock() throws IOException {
            try {
                return channel.tryLock() != null;
            } catch (OverlappingFileLockException heldByThisProcess) {
                return false;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
