package io.actd.apply;

import com.google.protobuf.ByteString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leases as applied: what exists, how long it was granted for, which keys hang on it. Readable from any thread. */
public interface LeaseBook {
    /**
     * @param ttlSeconds granted
     * @param remainingSeconds last checkpoint, 0 if none (spec L-7)
     */
    record LeaseInfo(long leaseId, long ttlSeconds, long remainingSeconds) {}

    @Nullable
    LeaseInfo find(long leaseId);

    /** All leases, ascending by id. */
    List<LeaseInfo> all();

    /** Keys attached now, in any order (spec L-9, L-16). */
    List<ByteString> keysOf(long leaseId);
}
