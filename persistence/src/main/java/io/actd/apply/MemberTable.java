package io.actd.apply;

import io.actd.protocol.api.DowngradeInfo;
import io.actd.protocol.api.Member;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Members of the cluster as applied (spec §16, FM-72, FM-73). Readable from any thread. */
public interface MemberTable {
    /** Ascending by id as unsigned numbers (spec M-1). */
    List<Member> all();

    @Nullable
    Member find(long memberId);

    boolean wasRemoved(long memberId);

    /** e.g. {@code 3.6.0}; null until decided (spec MT-17). */
    @Nullable
    String clusterVersion();

    /** e.g. {@code 3.6.0}; null below 3.6 (spec FM-68, MT-9). */
    @Nullable
    String storageVersion();

    /** The downgrade under way; the default instance if there is none (spec MT-16). */
    DowngradeInfo downgradeInfo();
}
