package io.actd.e2e.disk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The bytes of a file, and what they were when it was last synced. */
final class Content {
    static final int BLOCK_BYTES = 4096;

    private static final byte[] ZEROS = new byte[BLOCK_BYTES];

    private final Map<Long, byte[]> blocks = new HashMap<>(); // those that are missing are zero
    private final Map<Long, byte @Nullable []> synced = new TreeMap<>(); // of blocks that changed since
    private long size;
    private long syncedSize;
    private boolean cutOffLost;

    long size() {
        return size;
    }

    boolean isSynced() {
        return synced.isEmpty() && size == syncedSize;
    }

    /** Adds up to so many bytes from this position on, fewer at the end of the file. */
    void read(long position, int length, ByteBuffer into) {
        long end = Math.min(size, position + length);
        for (long at = position; at < end; ) {
            int offset = (int) (at % BLOCK_BYTES);
            int part = (int) Math.min(BLOCK_BYTES - offset, end - at);
            into.put(blocks.getOrDefault(at / BLOCK_BYTES, ZEROS), offset, part);
            at += part;
        }
    }

    void write(long position, byte[] bytes, int length) {
        for (int done = 0; done < length; ) {
            int offset = (int) ((position + done) % BLOCK_BYTES);
            int part = Math.min(BLOCK_BYTES - offset, length - done);
            write((position + done) / BLOCK_BYTES, offset, bytes, done, part);
            done += part;
        }
        size = Math.max(size, position + length);
    }

    /** What changes nothing can not be lost. */
    private void write(long block, int offset, byte[] bytes, int from, int length) {
        byte[] now = blocks.getOrDefault(block, ZEROS);
        if (!Arrays.equals(now, offset, offset + length, bytes, from, from + length)) {
            System.arraycopy(bytes, from, changed(block), offset, length);
        }
    }

    /** The block to write to, once what it was is remembered. */
    private byte[] changed(long block) {
        byte[] now = blocks.get(block);
        if (!synced.containsKey(block)) {
            synced.put(block, now);
            now = now == null ? null : now.clone();
        }
        byte[] writable = now == null ? new byte[BLOCK_BYTES] : now;
        blocks.put(block, writable);
        return writable;
    }

    void grow(long newSize) {
        size = Math.max(size, newSize);
    }

    void cutOff(long newSize) {
        zero(newSize);
        size = newSize;
    }

    private void zero(long from) {
        int rest = (int) (from % BLOCK_BYTES);
        if (rest > 0) {
            write(from / BLOCK_BYTES, rest, ZEROS, rest, BLOCK_BYTES - rest);
        }
        for (long block : List.copyOf(blocks.keySet())) {
            if (block >= blocksIn(from)) {
                changed(block);
                blocks.remove(block);
            }
        }
    }

    private static long blocksIn(long bytes) {
        return (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
    }

    /** That it was cut off to this size is safe from now on, though not what was written since. */
    void syncCutOff(long newSize) {
        if (newSize < syncedSize) {
            syncedSize = newSize;
            synced.replaceAll((block, before) -> block < blocksIn(newSize) ? before : null);
            byte[] last = synced.get(newSize / BLOCK_BYTES);
            if (last != null) {
                Arrays.fill(last, (int) (newSize % BLOCK_BYTES), BLOCK_BYTES, (byte) 0);
            }
        }
    }

    /** It was not cut off, so what came after that did not happen either. */
    void loseCutOff() {
        cutOffLost = true;
    }

    /** All of it is safe from now on. */
    void sync() {
        synced.clear();
        syncedSize = size;
        cutOffLost = false;
    }

    /**
     * Forgets at least one of the blocks that were not synced, and each other one by the toss of a coin.
     *
     * @return how many are lost
     */
    int losePower(RandomGenerator random) {
        int lost = cutOffLost ? loseAll() : loseSome(random);
        sync();
        return lost;
    }

    private int loseAll() {
        int lost = Math.max(1, synced.size());
        synced.forEach(this::restore);
        size = syncedSize;
        return lost;
    }

    private int loseSome(RandomGenerator random) {
        boolean growthLost = size > syncedSize && (synced.isEmpty() || random.nextBoolean());
        long end = growthLost ? blocksIn(syncedSize) : Long.MAX_VALUE;
        double chance = random.nextDouble();
        int victim = synced.isEmpty() ? 0 : random.nextInt(synced.size());
        int lost = growthLost ? 1 : 0;
        int at = 0;
        for (long block : List.copyOf(synced.keySet())) {
            if (at++ == victim || block >= end || random.nextDouble() < chance) {
                restore(block, synced.get(block));
                lost++;
            }
        }
        if (growthLost) {
            cutOff(syncedSize);
        }
        return lost;
    }

    private void restore(long block, byte @Nullable [] before) {
        if (before == null) {
            blocks.remove(block);
        } else {
            blocks.put(block, before);
        }
    }
}
