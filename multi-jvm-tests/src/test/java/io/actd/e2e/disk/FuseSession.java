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

/**
 * Answers the kernel's questions about a volume, one after another, as its {@code include/uapi/linux/fuse.h} has them, protocol
 * 7.31. The kernel keeps pages of open files, for memory maps need that, and brings what changed in them before a sync; it
 * keeps neither names nor sizes.
 */
final class FuseSession {
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
                if ("No such device".equals(e.getMessage())) {
                    return false;
                }
                // Else the request was taken back before it was read.
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
            case 26 -> initialize();
            case 1 -> entry(volume.lookup(node, name()));
            case 2 -> volume.forget(node, in.getLong());
            case 42 -> forgetAll();
            case 3 -> attributes(node);
            case 4 -> setAttributes(node);
            case 9 -> createDirectory(node);
            case 10 -> volume.removeFile(node, name());
            case 11 -> volume.removeDirectory(node, name());
            case 12 -> rename(node, 8);
            case 45 -> rename(node, 16);
            case 35 -> create(node);
            case 14 -> open(0);
            case 27 -> openDirectory(node);
            case 15 -> read(node);
            case 16 -> write(node);
            case 28 -> list();
            case 29 -> listings.remove(in.getLong());
            case 20, 30 -> volume.sync(node);
            case 17 -> capacity();
            case 18, 25 -> {} // release, flush: closing means nothing to a disk
            default -> throw new DiskError(DiskError.ENOSYS);
        }
        return operation != 2 && operation != 42;
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
