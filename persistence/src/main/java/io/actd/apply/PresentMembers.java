package io.actd.apply;

import io.actd.protocol.api.DowngradeInfo;
import io.actd.protocol.api.Member;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The members as of now, whichever store they stand in: may be kept. */
record PresentMembers(Supplier<MemberTable> now) implements MemberTable {
    @Override
    public List<Member> all() {
        return now.get().all();
    }

    @Override
    public @Nullable Member find(long memberId) {
        return now.get().find(memberId);
    }

    @Override
    public boolean wasRemoved(long memberId) {
        return now.get().wasRemoved(memberId);
    }

    @Override
    public @Nullable String clusterVersion() {
        return now.get().clusterVersion();
    }

    @Override
    public @Nullable String storageVersion() {
        return now.get().storageVersion();
    }

    @Override
    public DowngradeInfo downgradeInfo() {
        return now.get().downgradeInfo();
    }
}
