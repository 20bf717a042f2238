package io.actd.copy;

import io.actd.raft.Membership;
import io.actd.raft.SnapshotMark;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the rows of a copy.
 *
 * @param clusterId whose store it is
 * @param mark what it holds
 */
record CopyHeader(long clusterId, SnapshotMark mark) {
    static final byte VERSION = 1;

    private static final byte[] MAGIC = "actdcopy".getBytes(StandardCharsets.US_ASCII);
    private static final int FIXED_BYTES = MAGIC.length + 1 + 3 * Long.BYTES;
    private static final int MAX_IDS = 10_000;

    byte[] encode() {
        var membership = mark.membership();
        int ids = membership.voters().size() + membership.learners().size();
        var to = ByteBuffer.allocate(FIXED_BYTES + 2 * Integer.BYTES + ids * Long.BYTES);
        to.put(MAGIC).put(VERSION).putLong(clusterId).putLong(mark.index()).putLong(mark.term());
        putIds(to, membership.voters());
        putIds(to, membership.learners());
        return to.array();
    }

    /** Reads a header and leaves the position behind it; null if there are too few bytes yet. */
    static @Nullable CopyHeader decode(ByteBuffer from) {
        var in = from.duplicate();
        if (in.remaining() < FIXED_BYTES) return null;
        var magic = new byte[MAGIC.length];
        in.get(magic);
        if (!Arrays.equals(magic, MAGIC)) throw new CopyDamaged("this is no copy of a store");
        byte version = in.get();
        if (version != VERSION) throw new CopyDamaged("copies of version " + version + " are not known here");
        long clusterId = in.getLong();
        long index = in.getLong();
        long term = in.getLong();
        var voters = ids(in);
        var learners = voters == null ? null : ids(in);
        if (voters == null || learners == null) return null;
        from.position(in.position());
        return new CopyHeader(clusterId, new SnapshotMark(index, term, Membership.of(voters, learners)));
    }

    private static void putIds(ByteBuffer to, Set<Long> ids) {
        to.putInt(ids.size());
        ids.forEach(to::putLong);
    }

    private static @Nullable Set<Long> ids(ByteBuffer in) {
        if (in.remaining() < Integer.BYTES) return null;
        int count = in.getInt();
        if (count < 0 || count > MAX_IDS) throw new CopyDamaged(count + " members");
        if (in.remaining() < count * Long.BYTES) return null;
        var ids = new TreeSet<Long>();
        for (int i = 0; i < count; i++) ids.add(in.getLong());
        return ids;
    }
}
