package io.actd.e2e.disk;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Answers the kernel's questions about a volume, one after another, as its {@code include/uapi/linux/fuse.h} has them, protocol
 * 7.31. The kernel keeps pages of open files, for memory maps need that, and brings what changed in them before a sync; it
 * keeps neither names nor sizes.
 */
final class FuseSession {
    private static final int FUSE_LOOKUP = 1;
    private static final int FUSE_FORGET = 2;
    private static final int FUSE_GETATTR = 3;
    private static final int FUSE_SETATTR = 4;
    private static final int FUSE_MKDIR = 9;
    private static final int FUSE_UNLINK = 10;
    private static final int FUSE_RMDIR = 11;
    private static final int FUSE_RENAME = 12;
    private static final int FUSE_OPEN = 14;
    private static final int FUSE_READ = 15;
    private static final int FUSE_WRITE = 16;
    private static final int FUSE_STATFS = 17;
    private static final int FUSE_RELEASE = 18;
    private static final int FUSE_FSYNC = 20;
    private static final int FUSE_FLUSH = 25;
    private static final int FUSE_INIT = 26;
    private static final int FUSE_OPENDIR = 27;
    private static final int FUSE_READDIR = 28;
    private static final int FUSE_RELEASEDIR = 29;
    private static final int FUSE_FSYNCDIR = 30;
    private static final int FUSE_CREATE = 35;
    private static final int FUSE_BATCH_FORGET = 42;
    private static final int FUSE_RENAME2 = 45;

    private static final int MAX_WRITE = 1 << 20;
    private static final int BUFFER_BYTES = MAX_WRITE + (1 << 16);
    private static final int REQUEST_HEAD = 40;
    private static final int REPLY_HEAD = 16;
    private static final int WRITE_HEAD = 40;
    private static final int DIRECTORY_ENTRY_HEAD = 24;
    private static final int SET_SIZE = 1 << 3;
    private static final int BIG_WRITES = 1 << 5;
    private static final int HAS_MAX_PAGES = 1 << 22;
    private static final int O_DSYNC = 010000;
    private static final int RENAME_NOREPLACE = 1;
    /** What is said, in the C locale, before there is a mount, and of a request that was taken back before it was read. */
    private static final Set<String> ASK_AGAIN =
            Set.of("Operation not permitted", "No such file or directory", "Interrupted system call");

    private static final long CAPACITY_BLOCKS = 1L << 24; // 64 GiB

    private final Volume volume;
    private final Map<Long, List<Map.Entry<String, Node>>> listings = new HashMap<>(); // of open directories
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
    private final byte[] written = new byte[MAX_WRITE];
    private long lastHandle;

    FuseSession(Volume volume) {
        this.volume = volume;
    }

    /** Until it is unmounted. */
    void serve() {
        try (FileChannel requests = new FileInputStream(FileDescriptor.err).getChannel();
                FileChannel replies = new FileOutputStream(FileDescriptor.err).getChannel()) {
            while (receive(requests)) {
                if (answer(in.getInt(4), in.getLong(16))) {
                    send(replies);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean receive(FileChannel requests) {
        while (true) {
            try {
                in.clear();
                requests.read(in);
                in.flip().position(REQUEST_HEAD);
                return true;
            } catch (IOException e) {
                if (!ASK_AGAIN.contains(String.valueOf(e.getMessage()))) {
                    return false;
                }
            }
        }
    }

    private void send(FileChannel replies) {
        out.flip().putInt(0, out.limit());
        try {
            replies.write(out);
        } catch (IOException nobodyWaitsAnyMore) {
            out.clear();
        }
    }

    /** False if the kernel wants none. */
    private boolean answer(int operation, long node) {
        out.clear().putInt(0).putInt(0).putLong(in.getLong(8));
        try {
            return fill(operation, node);
        } catch (DiskError e) {
            out.position(REPLY_HEAD).putInt(4, -e.errno());
            return true;
        }
    }

    private boolean fill(int operation, long node) throws DiskError {
        switch (operation) {
            case FUSE_INIT -> initialize();
            case FUSE_LOOKUP -> entry(volume.lookup(node, name()));
            case FUSE_FORGET -> volume.forget(node, in.getLong());
            case FUSE_BATCH_FORGET -> forgetAll();
            case FUSE_GETATTR -> attributes(node);
            case FUSE_SETATTR -> setAttributes(node);
            case FUSE_MKDIR -> createDirectory(node);
            case FUSE_UNLINK -> volume.removeFile(node, name());
            case FUSE_RMDIR -> volume.removeDirectory(node, name());
            case FUSE_RENAME -> rename(node, 8);
            case FUSE_RENAME2 -> rename(node, 16);
            case FUSE_CREATE -> create(node);
            case FUSE_OPEN -> open(0);
            case FUSE_OPENDIR -> openDirectory(node);
            case FUSE_READ -> read(node);
            case FUSE_WRITE -> write(node);
            case FUSE_READDIR -> list();
            case FUSE_RELEASEDIR -> listings.remove(in.getLong());
            case FUSE_FSYNC, FUSE_FSYNCDIR -> volume.sync(node);
            case FUSE_STATFS -> capacity();
            case FUSE_RELEASE, FUSE_FLUSH -> {} // closing means nothing to a disk
            default -> throw new DiskError(DiskError.ENOSYS);
        }
        return operation != FUSE_FORGET && operation != FUSE_BATCH_FORGET;
    }

    private void initialize() {
        out.putInt(7).putInt(31).putInt(in.getInt(REQUEST_HEAD + 8)).putInt(BIG_WRITES | HAS_MAX_PAGES);
        out.putInt(0).putInt(MAX_WRITE).putInt(1);
        out.putShort((short) (MAX_WRITE / Content.BLOCK_BYTES)).putShort((short) 0);
        zeros(32);
    }

    private void forgetAll() {
        int count = in.getInt();
        in.getInt();
        for (int i = 0; i < count; i++) {
            volume.forget(in.getLong(), in.getLong());
        }
    }

    private void attributes(long node) throws DiskError {
        out.putLong(0).putLong(0);
        attributes(volume.node(node));
    }

    private void setAttributes(long node) throws DiskError {
        if ((in.getInt() & SET_SIZE) != 0) {
            volume.resize(node, in.getLong(REQUEST_HEAD + 16));
        }
        attributes(node);
    }

    private void createDirectory(long node) throws DiskError {
        int mode = in.getInt();
        in.getInt();
        entry(volume.createDirectory(node, name(), mode));
    }

    private void create(long node) throws DiskError {
        in.getInt();
        int mode = in.getInt();
        in.getLong();
        entry(volume.create(node, name(), mode));
        open(0);
    }

    private void rename(long node, int head) throws DiskError {
        long target = in.getLong();
        int flags = head == 16 ? in.getInt() : 0;
        in.position(REQUEST_HEAD + head);
        if ((flags & ~RENAME_NOREPLACE) != 0) {
            throw new DiskError(DiskError.EINVAL);
        }
        volume.rename(node, name(), target, name(), flags == 0);
    }

    private void open(long handle) {
        out.putLong(handle).putLong(0);
    }

    /** A listing does not change while it is read, or names next to one that goes would be left out. */
    private void openDirectory(long node) throws DiskError {
        listings.put(++lastHandle, volume.list(node));
        open(lastHandle);
    }

    private void list() {
        List<Map.Entry<String, Node>> names = listings.get(in.getLong());
        int next = (int) in.getLong();
        int end = out.position() + in.getInt();
        for (var entry : names.subList(next, names.size())) {
            byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
            int padding = -name.length & 7;
            if (out.position() + DIRECTORY_ENTRY_HEAD + name.length + padding > end) {
                return;
            }
            out.putLong(entry.getValue().id()).putLong(++next);
            out.putInt(name.length).putInt(entry.getValue().mode() >> 12).put(name);
            zeros(padding);
        }
    }

    private void read(long node) throws DiskError {
        in.getLong();
        volume.read(node, in.getLong(), in.getInt(), out);
    }

    private void write(long node) throws DiskError {
        in.getLong();
        long position = in.getLong();
        int length = in.getInt();
        int flags = in.getInt(REQUEST_HEAD + 32);
        in.get(REQUEST_HEAD + WRITE_HEAD, written, 0, length);
        volume.write(node, position, written, length);
        if ((flags & O_DSYNC) != 0) {
            volume.sync(node);
        }
        out.putInt(length).putInt(0);
    }

    private void capacity() {
        out.putLong(CAPACITY_BLOCKS).putLong(CAPACITY_BLOCKS).putLong(CAPACITY_BLOCKS);
        out.putLong(1 << 20).putLong(1 << 20);
        out.putInt(Content.BLOCK_BYTES).putInt(255).putInt(Content.BLOCK_BYTES);
        zeros(28);
    }

    private void entry(Node node) {
        out.putLong(node.id());
        zeros(32); // valid for no time
        attributes(node);
    }

    private void attributes(Node node) {
        long size = node instanceof Node.File file ? volume.size(file) : 0;
        out.putLong(node.id()).putLong(size).putLong((size + 511) / 512);
        zeros(36); // times
        out.putInt(node.mode()).putInt(1);
        zeros(12);
        out.putInt(Content.BLOCK_BYTES).putInt(0);
    }

    /** Ends with a zero. */
    private String name() {
        int from = in.position();
        while (in.get() != 0) {}
        byte[] name = new byte[in.position() - 1 - from];
        in.get(from, name);
        return new String(name, StandardCharsets.UTF_8);
    }

    private void zeros(int count) {
        out.put(new byte[count]);
    }
}
