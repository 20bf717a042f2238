package io.actd.apply;

import io.actd.backend.Backend;
import io.actd.backend.Bucket;
import io.actd.protocol.api.Member;
import io.actd.raft.EntryId;
import io.actd.raft.Membership;
import io.actd.raft.SnapshotMark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How far the rows of an engine are applied, as they say themselves: without loading them. Blocking I/O. */
public final class StoredMark {
    private static final byte[] FIRST = {};

    private StoredMark() {}

    /** The last applied entry; {@link EntryId#ZERO} if the engine holds no complete store. */
    public static EntryId entry(Backend engine) {
        return entry(engine.get(Bucket.META, AppliedMark.CONSISTENT_INDEX), engine.get(Bucket.META, AppliedMark.TERM));
    }

    /** The last applied entry and who took part then. */
    public static SnapshotMark of(Backend.View view) {
        var entry = entry(get(view, AppliedMark.CONSISTENT_INDEX), get(view, AppliedMark.TERM));
        var members = new ArrayList<Member>();
        try (var rows = view.scan(Bucket.MEMBERS, FIRST, null)) {
            while (rows.next()) members.add(MemberJson.member(rows.value()));
        }
        return new SnapshotMark(entry.index(), entry.term(), membership(members));
    }

    /** True for the row that says how far everything else is applied (spec FM-68). */
    public static boolean isIndex(Bucket bucket, byte[] key) {
        return bucket == Bucket.META && Arrays.equals(key, AppliedMark.CONSISTENT_INDEX);
    }

    static Membership membership(Collection<Member> members) {
        var voters = new TreeSet<Long>();
        var learners = new TreeSet<Long>();
        for (Member member : members) (member.getIsLearner() ? learners : voters).add(member.getID());
        return Membership.of(voters, learners);
    }

    private static byte @Nullable [] get(Backend.View view, byte[] key) {
        try (var rows = view.scan(Bucket.META, key, null)) {
            return rows.next() && Arrays.equals(rows.key(), key) ? rows.value() : null;
        }
    }

    private static EntryId entry(byte @Nullable [] index, byte @Nullable [] term) {
        return new EntryId(term == null ? 0 : Rows.uint64(term), index == null ? 0 : Rows.uint64(index));
    }
}
