package io.actd.mvcc;

import com.google.protobuf.ByteString;
import io.actd.backend.Bucket;
import io.actd.backend.BufferedBackend;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The write under way. Its changes go to the index and the buffer at once, at a main revision above the published one,
 * where no reader looks before {@link #end}.
 */
final class StoreWriteTxn implements WriteTxn {
    private final MvccStore store;
    private final KeyIndex index;
    private final RangeReader reader;
    private final RowReader rows;
    private final BufferedBackend backend;
    private final long beginRevision;
    private final long main;
    private final List<Event> events = new ArrayList<>(2);
    private int nextSub;
    private int ranges;
    private int puts;
    private int deletes;
    private long putBytes;
    private long addedKeys;
    private long addedBytes;
    private boolean ended;

    StoreWriteTxn(MvccStore store, KeyIndex index, RangeReader reader, RowReader rows, BufferedBackend backend) {
        this.store = store;
        this.index = index;
        this.reader = reader;
        this.rows = rows;
        this.backend = backend;
        this.beginRevision = store.revision();
        this.main = beginRevision + 1;
    }

    @Override
    public long beginRevision() {
        return beginRevision;
    }

    @Override
    public boolean changed() {
        return nextSub > 0;
    }

    // Where this write reads: its own changes are the only ones at `main`.
    private long ownRevision() {
        return changed() ? main : beginRevision;
    }

    @Override
    public @Nullable KeyValue get(ByteString key) {
        ranges++;
        var result = reader.read(KeyRange.of(key, ByteString.EMPTY), main, 0, main);
        if (result == null) throw MvccStore.missingRow(main);
        return result.kvs().isEmpty() ? null : result.kvs().getFirst();
    }

    @Override
    public RangeResult range(KeyRange range, long atRevision, long limit) {
        ranges++;
        var refusal = store.refusalAt(atRevision, beginRevision);
        if (refusal != null) return new RangeResult(refusal, ownRevision(), 0, List.of());
        var result = reader.read(range, atRevision > 0 ? atRevision : main, limit, ownRevision());
        if (result == null) throw MvccStore.missingRow(atRevision);
        return result;
    }

    @Override
    public KeyValue put(ByteString key, ByteString value, long lease) {
        checkOpen();
        puts++;
        putBytes += (long) key.size() + value.size();
        var indexKey = key.toByteArray();
        int sub = nextSub++;
        var history = index.put(indexKey, main, sub);
        if (history.version() == 1) addedKeys++;
        var kv = KeyValue.newBuilder()
                .setKey(key)
                .setCreateRevision(history.createRevision())
                .setModRevision(main)
                .setVersion(history.version())
                .setValue(value)
                .setLease(lease)
                .build();
        addRow(RowKeys.put(main, sub), kv.toByteArray());
        events.add(Event.newBuilder().setType(Event.EventType.PUT).setKv(kv).build());
        return kv;
    }

    private void addRow(byte[] key, byte[] value) {
        addedBytes += (long) key.length + value.length;
        backend.put(Bucket.KEY, key, value);
    }

    @Override
    public List<KeyValue> delete(KeyRange range) {
        checkOpen();
        ranges++;
        deletes++;
        var selection = new Selection();
        var keys = new ArrayList<byte[]>();
        forEachLive(range, (key, history) -> {
            keys.add(key);
            selection.add(history.main(history.size() - 1), history.sub(history.size() - 1));
        });
        if (keys.isEmpty()) return List.of();
        var pairs = rows.getAll(selection);
        if (pairs == null) throw MvccStore.missingRow(main);
        for (int i = 0; i < keys.size(); i++) delete(keys.get(i), pairs.get(i).getKey());
        return pairs;
    }

    @Override
    public long deleteUnread(KeyRange range) {
        checkOpen();
        deletes++;
        int before = nextSub;
        forEachLive(range, (key, history) -> delete(key, ByteString.copyFrom(key)));
        return (long) nextSub - before;
    }

    private void forEachLive(KeyRange range, BiConsumer<byte[], KeyHistory> action) {
        if (range.isSingle()) {
            var key = range.key().toByteArray();
            var history = index.get(key);
            if (history != null && history.isLive()) action.accept(key, history);
            return;
        }
        for (var entry : index.slice(range).entrySet()) {
            if (entry.getValue().isLive()) action.accept(entry.getKey(), entry.getValue());
        }
    }

    private void delete(byte[] indexKey, ByteString key) {
        int sub = nextSub++;
        index.delete(indexKey, main, sub);
        addedKeys--;
        addRow(RowKeys.tombstone(main, sub), Pairs.tombstone(indexKey));
        events.add(Event.newBuilder()
                .setType(Event.EventType.DELETE)
                .setKv(Pairs.deleted(key, main))
                .build());
    }

    @Override
    public List<Event> events() {
        return events;
    }

    @Override
    public long end() {
        checkOpen();
        ended = true;
        store.operations().wrote(ranges, puts, deletes, putBytes);
        store.finish(ownRevision(), addedKeys, addedBytes);
        return ownRevision();
    }

    private void checkOpen() {
        if (ended) throw new IllegalStateException("the write has ended");
    }
}
