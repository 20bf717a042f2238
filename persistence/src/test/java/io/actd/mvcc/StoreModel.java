package io.actd.mvcc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The store as the spec tells it, in the fewest words: a list of changes, searched from end to end. */
final class StoreModel {
    /** {@code kv} of a deletion holds the key alone. */
    record Change(long main, int sub, KeyValue kv, boolean deleted) {}

    /** One key or range to put or delete within a write. */
    record Op(KeyRange range, @Nullable ByteString value, long lease) {}

    List<Change> changes = new ArrayList<>();
    long revision = 1;
    long compacted = -1;

    /** Pairs at a revision, by key. */
    SortedMap<ByteString, KeyValue> at(long atRevision) {
        var pairs = new TreeMap<ByteString, KeyValue>(ByteString.unsignedLexicographicalComparator());
        for (var change : changes) {
            if (change.main > atRevision) break;
            if (change.deleted) {
                pairs.remove(change.kv.getKey());
            } else {
                pairs.put(change.kv.getKey(), change.kv);
            }
        }
        return pairs;
    }

    List<KeyValue> range(KeyRange range, long atRevision) {
        return at(atRevision).values().stream()
                .filter(kv -> range.contains(kv.getKey()))
                .toList();
    }

    /** Carries out one write; its revision counts only if it changed something (spec R-2). */
    void write(List<Op> ops) {
        long main = revision + 1;
        int sub = 0;
        for (var op : ops) {
            if (op.value == null) {
                for (var kv : range(op.range, main)) {
                    var deleted = KeyValue.newBuilder().setKey(kv.getKey()).build();
                    changes.add(new Change(main, sub++, deleted, true));
                }
            } else {
                var before = at(main).get(op.range.key());
                changes.add(new Change(main, sub++, next(before, main, op), false));
            }
        }
        if (sub > 0) revision = main;
    }

    private static KeyValue next(@Nullable KeyValue before, long main, Op op) {
        return KeyValue.newBuilder()
                .setKey(op.range.key())
                .setCreateRevision(before == null ? main : before.getCreateRevision())
                .setModRevision(main)
                .setVersion(before == null ? 1 : before.getVersion() + 1)
                .setValue(op.value)
                .setLease(op.lease)
                .build();
    }

    /** Spec C-4, FM-67. */
    void compact(long atRevision) {
        var newest = newestAt(atRevision);
        changes.removeIf(change -> change.main <= atRevision
                && (!change.equals(newest.get(change.kv.getKey())) || (change.deleted && change.main < atRevision)));
        compacted = atRevision;
    }

    private Map<ByteString, Change> newestAt(long atRevision) {
        var newest = new HashMap<ByteString, Change>();
        for (var change : changes) {
            if (change.main <= atRevision) newest.put(change.kv.getKey(), change);
        }
        return newest;
    }

    /** Spec §17.1. */
    int hash(long atRevision) {
        var keep = new HashSet<>(newestAt(atRevision).values());
        keep.removeIf(Change::deleted);
        var crc = new CRC32C();
        crc.update("key".getBytes(US_ASCII));
        for (var change : changes) {
            if (change.main > atRevision) continue;
            if (change.main <= compacted && !keep.isEmpty() && !keep.contains(change)) continue;
            if (change.main == compacted && change.deleted) continue;
            crc.update(
                    change.deleted ? RowKeys.tombstone(change.main, change.sub) : RowKeys.put(change.main, change.sub));
            crc.update(change.kv.toByteArray());
        }
        return (int) crc.getValue();
    }

    Map<ByteString, Long> leases() {
        var leases = new HashMap<ByteString, Long>();
        at(revision).forEach((key, kv) -> leases.put(key, kv.getLease()));
        return leases;
    }
}
