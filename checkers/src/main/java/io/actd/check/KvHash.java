package io.actd.check;

import com.google.protobuf.ByteString;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/** HashKV computed from a model (spec §17.1). */
public final class KvHash {
    private static final int NEVER = -1;

    private KvHash() {}

    /** The hash of the model at its newest revision; {@code compacted} is −1 if it never was. */
    public static int of(KvModel model, long compacted) {
        Set<RevisionKey> keep = compacted == NEVER ? Set.of() : latestPuts(model);
        CRC32C crc = new CRC32C();
        crc.update(new byte[] {'k', 'e', 'y'});
        for (long main = 2; main <= model.revision(); main++) {
            List<Event> events = model.events(main);
            for (int sub = 0; sub < events.size(); sub++) {
                Event event = events.get(sub);
                RevisionKey at = new RevisionKey(main, sub);
                boolean compactedAway = main <= compacted && !keep.isEmpty() && !keep.contains(at);
                if (!compactedAway && !(main == compacted && isDelete(event))) {
                    crc.update(at.encode(isDelete(event)));
                    crc.update(value(event).toByteArray());
                }
            }
        }
        return (int) crc.getValue();
    }

    private record RevisionKey(long main, int sub) {
        byte[] encode(boolean delete) {
            ByteBuffer key = ByteBuffer.allocate(delete ? 18 : 17);
            key.putLong(main).put((byte) '_').putLong(sub);
            return (delete ? key.put((byte) 't') : key).array();
        }
    }

    private static boolean isDelete(Event event) {
        return event.getType() == Event.EventType.DELETE;
    }

    private static KeyValue value(Event event) {
        return isDelete(event)
                ? KeyValue.newBuilder().setKey(event.getKv().getKey()).build()
                : event.getKv();
    }

    private static Set<RevisionKey> latestPuts(KvModel model) {
        Map<ByteString, RevisionKey> latest = new HashMap<>();
        for (long main = 2; main <= model.revision(); main++) {
            List<Event> events = model.events(main);
            for (int sub = 0; sub < events.size(); sub++) {
                ByteString key = events.get(sub).getKv().getKey();
                if (isDelete(events.get(sub))) {
                    latest.remove(key);
                } else {
                    latest.put(key, new RevisionKey(main, sub));
                }
            }
        }
        return new HashSet<>(latest.values());
    }
}
