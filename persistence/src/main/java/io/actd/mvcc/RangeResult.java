package io.actd.mvcc;

import io.actd.protocol.Refusal;
import io.actd.protocol.mvcc.KeyValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of a range at one revision.
 *
 * @param refusal {@link Refusal#COMPACTED} or {@link Refusal#FUTURE_REVISION}, else null
 * @param storeRevision store revision when the read was done (spec H-2)
 * @param count keys in the range at that revision, whatever the limit (spec RG-7)
 * @param kvs at most limit pairs, ascending by key
 */
public record RangeResult(@Nullable Refusal refusal, long storeRevision, long count, List<KeyValue> kvs) {}
