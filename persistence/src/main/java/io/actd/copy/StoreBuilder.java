package io.actd.copy;

import io.actd.apply.StoredMark;
import io.actd.backend.Backend;
import io.actd.backend.Bucket;
import io.actd.backend.WriteBatch;
import io.actd.raft.SnapshotMark;
import io.actd.world.Failpoints;
import java.nio.ByteBuffer;

/**
 * Makes a store of a copy that arrives slice by slice. The row that says how far the store is applied is written last and
 * alone, and synced with all before it: a store without it is not one, whatever else it holds. To sync each batch would
 * have everything written twice, and keep the disk from the logs of other members on it. Blocking I/O, one thread at a
 * time.
 */
public final class StoreBuilder implements AutoCloseable {
    /** Whoever waits for this processor waits for the end of a batch. */
    private static final int BATCH_BYTES = 64 << 10;

    private final Backend engine;
    private final Failpoints failpoints;
    private final CopyHeader expected;
    private final CopyDecoder decoder = new CopyDecoder(new Receiving());
    private WriteBatch batch = new WriteBatch();
    private final WriteBatch completion = new WriteBatch();
    private int batchBytes;
    private boolean complete;
    private boolean handedOver;

    /** @param engine empty */
    StoreBuilder(Backend engine, Failpoints failpoints, long clusterId, SnapshotMark mark) {
        this.engine = engine;
        this.failpoints = failpoints;
        this.expected = new CopyHeader(clusterId, mark);
    }

    private final class Receiving implements CopyDecoder.Sink {
        @Override
        public void header(CopyHeader header) {
            if (!header.equals(expected)) throw new CopyDamaged("copy of " + header + " instead of " + expected);
        }

        @Override
        public void row(Bucket bucket, byte[] key, byte[] value) {
            if (StoredMark.isIndex(bucket, key)) {
                completion.put(bucket, key, value);
                return;
            }
            batch.put(bucket, key, value);
            batchBytes += key.length + value.length;
            if (batchBytes >= BATCH_BYTES) writeBatch();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // for others' sake, nothing here relies on it
    private void writeBatch() {
        if (batch.isEmpty()) return;
        engine.write(batch, false);
        batch = new WriteBatch();
        batchBytes = 0;
        failpoints.hit(CopyFailpoints.AFTER_BATCH);
        Thread.yield();
    }

    /**
     * Takes the next slice. After the last one the store is complete and durable.
     *
     * @throws CopyDamaged if it is not the next one as it was sent; the builder is of no more use then
     */
    public void add(ByteBuffer slice, boolean last) {
        if (complete) throw new CopyDamaged("slice behind the last");
        decoder.add(slice);
        if (decoder.hasEnded() != last) throw new CopyDamaged(last ? "the copy ends early" : "the copy does not end");
        if (last) complete();
    }

    private void complete() {
        writeBatch();
        if (completion.isEmpty()) throw new CopyDamaged("the copy does not say how far it is applied");
        failpoints.hit(CopyFailpoints.BEFORE_COMPLETE);
        engine.write(completion, true);
        complete = true;
        failpoints.hit(CopyFailpoints.AFTER_COMPLETE);
    }

    /** The engine of the complete store, open; from now on the caller's to close. */
    public Backend handOver() {
        if (!complete) throw new IllegalStateException("the copy has not ended");
        handedOver = true;
        return engine;
    }

    /** Closes the engine unless it was handed over. */
    @Override
    public void close() {
        if (!handedOver) engine.close();
    }
}
