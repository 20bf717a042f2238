package io.actd.world;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The bytes of a simulated file, by pages; a missing page is zeros. */
final class SimulatedPages {
    private static final int PAGE_BYTES = 4096;
    private static final byte[] ZEROS = new byte[PAGE_BYTES];

    private byte[] @Nullable [] pages = new byte[0][];
    private long size;

    SimulatedPages copy() {
        var copy = new SimulatedPages();
        copy.pages = pages.clone();
        for (int p = 0; p < pages.length; p++) {
            var page = pages[p];
            if (page != null) copy.pages[p] = page.clone();
        }
        copy.size = size;
        return copy;
    }

    boolean holdsTheSameAs(SimulatedPages other) {
        if (size != other.size) return false;
        for (int p = 0; p < Math.max(pages.length, other.pages.length); p++)
            if (!Arrays.equals(orZeros(p), other.orZeros(p))) return false;
        return true;
    }

    long size() {
        return size;
    }

    int read(ByteBuffer into, long position) {
        if (position >= size) return into.hasRemaining() ? -1 : 0;
        int wanted = (int) Math.min(into.remaining(), size - position);
        int done = 0;
        while (done < wanted) {
            int within = (int) ((position + done) % PAGE_BYTES);
            int length = Math.min(PAGE_BYTES - within, wanted - done);
            into.put(orZeros(page(position + done)), within, length);
            done += length;
        }
        return wanted;
    }

    byte byteAt(long position) {
        return orZeros(page(position))[(int) (position % PAGE_BYTES)];
    }

    /** Puts a part of these bytes there, whatever the size is. */
    void put(long position, byte[] bytes, int from, int length) {
        int done = 0;
        while (done < length) {
            int within = (int) ((position + done) % PAGE_BYTES);
            int part = Math.min(PAGE_BYTES - within, length - done);
            System.arraycopy(bytes, from + done, writable(page(position + done)), within, part);
            done += part;
        }
    }

    /** No byte is lost by it. */
    void growTo(long leastSize) {
        size = Math.max(size, leastSize);
    }

    /** Cuts it off there, or goes on with zeros up to there. */
    void resize(long newSize) {
        size = newSize;
        zeroBehindTheEnd();
    }

    void zeroBehindTheEnd() {
        int first = page(size);
        if (first >= pages.length) return;
        var last = pages[first];
        if (last != null) Arrays.fill(last, (int) (size % PAGE_BYTES), PAGE_BYTES, (byte) 0);
        Arrays.fill(pages, first + 1, pages.length, null);
    }

    private byte[] orZeros(int page) {
        var bytes = page < pages.length ? pages[page] : null;
        return bytes == null ? ZEROS : bytes;
    }

    private byte[] writable(int page) {
        if (page >= pages.length) pages = Arrays.copyOf(pages, Math.max(page + 1, pages.length * 2));
        var bytes = pages[page];
        if (bytes == null) {
            bytes = new byte[PAGE_BYTES];
            pages[page] = bytes;
        }
        return bytes;
    }

    private static int page(long position) {
        return Math.toIntExact(position / PAGE_BYTES);
    }
}
