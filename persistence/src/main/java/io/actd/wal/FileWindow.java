package io.actd.wal;

import io.actd.world.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The part of a file that is in memory; moves along with what is asked for. */
final class FileWindow {
    private static final int WINDOW_BYTES = 256 * 1024;
    private static final byte[] ZEROS = new byte[WINDOW_BYTES];

    private final DiskFile file;
    private final long size;
    private byte[] window = new byte[WINDOW_BYTES];
    private long windowOffset;
    private int windowLength;

    FileWindow(DiskFile file) throws IOException {
        this.file = file;
        this.size = file.size();
    }

    long size() {
        return size;
    }

    /** What {@link #load} found, until it is called again. */
    byte[] bytes() {
        return window;
    }

    /** Makes these bytes of the file available. Returns where in {@link #bytes} they start. */
    int load(long from, int length) throws IOException {
        if (from >= windowOffset && from + length <= windowOffset + windowLength) return (int) (from - windowOffset);
        if (length > window.length) window = new byte[length];
        int wanted = (int) Math.min(window.length, size - from);
        var into = ByteBuffer.wrap(window, 0, wanted);
        while (into.hasRemaining()) {
            if (file.read(into, from + into.position()) < 0) throw new IOException("file became shorter while read");
        }
        windowOffset = from;
        windowLength = wanted;
        return 0;
    }

    /** True if there is nothing but zeros in this range; what is behind the end counts as zero. */
    boolean isZero(long from, long to) throws IOException {
        long end = Math.min(to, size);
        for (long at = from; at < end; ) {
            int length = (int) Math.min(WINDOW_BYTES, end - at);
            int start = load(at, length);
            if (!Arrays.equals(window, start, start + length, ZEROS, 0, length)) return false;
            at += length;
        }
        return true;
    }
}
