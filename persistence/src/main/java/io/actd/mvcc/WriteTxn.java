package io.actd.mvcc;

import com.google.protobuf.ByteString;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One write: all its changes share one main revision (spec R-2). Invisible to readers until {@link #end}. */
public interface WriteTxn {
    /** Store revision before this write. */
    long beginRevision();

    /** True once anything was changed (spec R-8). */
    boolean changed();

    /** The present pair, own changes included; null if absent. */
    @Nullable
    KeyValue get(ByteString key);

    /** As {@link MvccStore#range}; {@code atRevision} 0 sees own changes (spec TX-9). */
    RangeResult range(KeyRange range, long atRevision, long limit);

    /** Puts and returns the new pair. */
    KeyValue put(ByteString key, ByteString value, long lease);

    /** Deletes what the range holds, ascending by key; returns the pairs that were there (spec D-1). */
    List<KeyValue> delete(KeyRange range);

    /** As {@link #delete} without reading the pairs; returns how many there were. The keys stand in {@link #events}. */
    long deleteUnread(KeyRange range);

    /** Changes so far, in order of sub revision. */
    List<Event> events();

    /** Makes the changes readable; returns the store revision, which is one higher if anything changed. */
    long end();
}
