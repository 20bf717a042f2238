package io.actd.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.actd.backend.Backend;
import io.actd.backend.Bucket;
import io.actd.backend.BufferedBackend;
import io.actd.mvcc.MvccStore.CompactionRun;
import io.actd.world.Failpoints;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A store with the log of commands that made it, so that it can crash and apply again what was not flushed. */
final class StoreMember {
    /** A write, or a compaction if {@code ops} is empty. */
    record Command(List<StoreModel.Op> ops, long compactAt) {}

    private static final byte[] INDEX = "consistent_index".getBytes(StandardCharsets.US_ASCII);

    final Failpoints failpoints = new Failpoints();
    final List<Command> log = new ArrayList<>();
    private final UnaryOperator<Backend> reopen;
    private Backend engine;
    private BufferedBackend.@Nullable Flush flush;
    BufferedBackend backend;
    MvccStore store;
    Map<ByteString, Long> livePairs = Map.of();

    /** @param reopen makes an engine that lost what was not synced out of one in use */
    StoreMember(Backend engine, UnaryOperator<Backend> reopen) {
        this.engine = engine;
        this.reopen = reopen;
        this.backend = new BufferedBackend(engine, failpoints);
        this.store = load();
    }

    private MvccStore load() {
        var pairs = new HashMap<ByteString, Long>();
        var loaded = MvccStore.load(backend, TestWorld.of(failpoints), pairs::put, 20_000);
        livePairs = pairs;
        return loaded;
    }

    void apply(Command command) {
        log.add(command);
        replay(log.size() - 1);
    }

    private void replay(int at) {
        var command = log.get(at);
        if (command.ops.isEmpty()) {
            store.compact(command.compactAt);
        } else {
            var txn = store.write();
            for (var op : command.ops) {
                if (op.value() != null) {
                    txn.put(op.range().key(), op.value(), op.lease());
                } else if (at % 2 == 0) {
                    txn.delete(op.range());
                } else {
                    txn.deleteUnread(op.range());
                }
            }
            txn.end();
        }
        backend.put(Bucket.META, INDEX, ByteBuffer.allocate(8).putLong(at + 1).array());
    }

    void beginFlush() {
        if (flush == null) flush = backend.beginFlush();
    }

    void endFlush() {
        if (flush != null) flush.run();
        flush = null;
    }

    void flush() {
        endFlush();
        beginFlush();
        endFlush();
    }

    /** One step of physical compaction if one is due; tells of the run that ended with it. */
    @Nullable
    CompactionRun compactSome(int rows) {
        var run = store.compactionRun();
        return run == null || run.step(rows) ? null : run;
    }

    void compactAll() {
        flush();
        for (var run = store.compactionRun(); run != null; run = store.compactionRun()) {
            while (run.step(3)) {}
        }
    }

    /** Loses the buffer, opens again, and applies the rest of the log. */
    void crash() {
        flush = null;
        engine = reopen.apply(engine);
        backend = new BufferedBackend(engine, failpoints);
        store = load();
        var index = backend.get(Bucket.META, INDEX);
        int applied = index == null ? 0 : Math.toIntExact(ByteBuffer.wrap(index).getLong());
        for (int at = applied; at < log.size(); at++) replay(at);
    }

    void close() {
        backend.close();
    }

    int hash(long atRevision) {
        var result = store.hashKv(atRevision);
        assertEquals(null, result.refusal());
        return result.hash();
    }
}
