package io.actd.apply;

import com.google.protobuf.ByteString;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/** HashKV straight from its definition (spec §17.1). */
final class NaiveHash {
    private record Change(long main, int sub, boolean deletes, KeyValue pair) {}

    private final List<Change> changes = new ArrayList<>();

    void add(long main, List<Event> events) {
        for (int sub = 0; sub < events.size(); sub++) {
            var event = events.get(sub);
            changes.add(new Change(main, sub, event.getType() == Event.EventType.DELETE, event.getKv()));
        }
    }

    int of(long revision, long compacted) {
        var kept = latestAt(revision);
        kept.removeIf(Change::deletes);
        var stored = latestAt(compacted); // what a compaction leaves of the past (spec FM-67)
        stored.removeIf(change -> change.deletes && change.main < compacted);
        var crc = new CRC32C();
        crc.update("key".getBytes(StandardCharsets.US_ASCII));
        for (var change : changes) {
            if (change.main > revision) continue;
            if (change.main <= compacted && !stored.contains(change)) continue;
            if (change.main <= compacted && !kept.isEmpty() && !kept.contains(change)) continue;
            if (change.main == compacted && change.deletes) continue;
            var key = ByteBuffer.allocate(change.deletes ? 18 : 17)
                    .putLong(change.main)
                    .put((byte) '_')
                    .putLong(change.sub);
            if (change.deletes) key.put((byte) 't');
            crc.update(key.array());
            crc.update(
                    change.deletes
                            ? KeyValue.newBuilder()
                                    .setKey(change.pair.getKey())
                                    .build()
                                    .toByteArray()
                            : change.pair.toByteArray());
        }
        return (int) crc.getValue();
    }

    private Set<Change> latestAt(long revision) {
        Map<ByteString, Change> latest = new HashMap<>();
        for (var change : changes) {
            if (change.main <= revision) latest.put(change.pair.getKey(), change);
        }
        return new HashSet<>(latest.values());
    }
}
