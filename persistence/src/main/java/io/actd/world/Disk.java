package io.actd.world;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The door to files. A simulated disk may lose whatever was not synced. */
public interface Disk {
    boolean exists(Path path);

    /** File names in a directory, sorted; empty if the directory does not exist. */
    List<String> list(Path directory) throws IOException;

    /** Creates a directory and its parents with mode 0700 where they are missing, and makes their names durable. */
    void createDirectories(Path directory) throws IOException;

    /** Opens for reading and writing, creating it with mode 0600 if missing. */
    DiskFile open(Path file) throws IOException;

    /** Opens an existing file for reading. */
    DiskFile openReadOnly(Path file) throws IOException;

    /** Atomic within one file system; durable only after {@link #syncDirectory} of the parent. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file, or a directory with everything in it; missing is fine. */
    void delete(Path path) throws IOException;

    /**
     * Bytes that files in this directory, which exists, can still grow by; others may take them meanwhile. A file system
     * that does not tell its size counts as endless. Cheap.
     */
    long usableBytes(Path directory) throws IOException;

    /** Makes names created, renamed or deleted in this directory durable. */
    void syncDirectory(Path directory) throws IOException;

    /** One open file. */
    interface DiskFile extends AutoCloseable {
        long size() throws IOException;

        /** Reads up to {@code into.remaining()} bytes at {@code position}; -1 at the end of the file. */
        int read(ByteBuffer into, long position) throws IOException;

        /** Writes all remaining bytes of the buffers, one after another, from {@code position} on. */
        void write(ByteBuffer[] buffers, long position) throws IOException;

        /** Returns only when everything written is durable. A failure leaves the file in an unknown state. */
        void sync() throws IOException;

        void truncate(long size) throws IOException;

        /** Reserves space up to {@code size}; the new bytes read as zero. */
        void preallocate(long size) throws IOException;

        /**
         * Takes an exclusive lock without waiting; false if somebody else has it. It ends with {@link #close}, and on a
         * real disk also when this process closes any other handle of the same file.
         */
        boolean tryLock() throws IOException;

        @Override
        void close() throws IOException;
    }
}
