package io.actd.apply;

import io.actd.backend.Bucket;
import io.actd.backend.BufferedBackend;
import io.actd.protocol.api.DowngradeInfo;
import io.actd.protocol.api.Member;
import io.actd.raft.Membership;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rows about the cluster: buckets members, members_removed and cluster, and the two rows of meta that follow from
 * them (spec FM-68, FM-72, FM-73). Changed by the writer thread, readable from any.
 */
final class ClusterTable implements MemberTable {
    private static final byte[] CLUSTER_VERSION = Rows.ascii("clusterVersion");
    private static final byte[] DOWNGRADE = Rows.ascii("downgrade");
    private static final byte[] CONF_STATE = Rows.ascii("confState");
    private static final byte[] REMOVED = Rows.ascii("removed");
    private static final Pattern VERSION = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})(\\..*)?");
    static final byte[] STORAGE_VERSION = Rows.ascii("storageVersion");

    private final BufferedBackend backend;
    private final Set<Long> removed = ConcurrentHashMap.newKeySet();
    /** Ascending by id, replaced as a whole. */
    private volatile List<Member> members = List.of();

    private volatile Membership membership = Membership.EMPTY;
    private volatile @Nullable String clusterVersion;
    private volatile @Nullable String storageVersion;
    private volatile DowngradeInfo downgradeInfo = DowngradeInfo.getDefaultInstance();

    private ClusterTable(BufferedBackend backend) {
        this.backend = backend;
    }

    static ClusterTable load(BufferedBackend backend) {
        var table = new ClusterTable(backend);
        var members = new ArrayList<Member>();
        Rows.each(backend, Bucket.MEMBERS, (key, value) -> members.add(MemberJson.member(value)));
        table.replace(members);
        Rows.each(
                backend,
                Bucket.MEMBERS_REMOVED,
                (key, value) -> table.removed.add(Long.parseUnsignedLong(Rows.text(key), 16)));
        table.clusterVersion = table.textRow(Bucket.CLUSTER, CLUSTER_VERSION);
        table.storageVersion = table.textRow(Bucket.META, STORAGE_VERSION);
        var downgrade = backend.get(Bucket.CLUSTER, DOWNGRADE);
        if (downgrade != null) table.downgradeInfo = MemberJson.downgrade(downgrade);
        return table;
    }

    @Override
    public List<Member> all() {
        return members;
    }

    @Override
    public @Nullable Member find(long memberId) {
        for (Member member : members) {
            if (member.getID() == memberId) return member;
        }
        return null;
    }

    @Override
    public boolean wasRemoved(long memberId) {
        return removed.contains(memberId);
    }

    @Override
    public @Nullable String clusterVersion() {
        return clusterVersion;
    }

    @Override
    public @Nullable String storageVersion() {
        return storageVersion;
    }

    @Override
    public DowngradeInfo downgradeInfo() {
        return downgradeInfo;
    }

    Membership membership() {
        return membership;
    }

    /** Adds a member, or replaces the one of that id. */
    void put(Member member) {
        backend.put(Bucket.MEMBERS, Rows.hex(member.getID()), MemberJson.member(member));
        var others = without(member.getID());
        others.add(member);
        replaceAndStore(others);
    }

    /** Removes a member for ever (spec H-7). */
    void remove(long memberId) {
        backend.delete(Bucket.MEMBERS, Rows.hex(memberId));
        backend.put(Bucket.MEMBERS_REMOVED, Rows.hex(memberId), REMOVED);
        removed.add(memberId);
        replaceAndStore(without(memberId));
    }

    /** The storage version is that of the cluster, from 3.6 on (spec FM-68). */
    void setClusterVersion(String version) {
        clusterVersion = version;
        backend.put(Bucket.CLUSTER, CLUSTER_VERSION, Rows.ascii(version));
        if (hasStorageVersion(version)) {
            storageVersion = version;
            backend.put(Bucket.META, STORAGE_VERSION, Rows.ascii(version));
        } else if (storageVersion != null) {
            storageVersion = null;
            backend.delete(Bucket.META, STORAGE_VERSION);
        }
    }

    void setDowngradeInfo(DowngradeInfo info) {
        downgradeInfo = info;
        backend.put(Bucket.CLUSTER, DOWNGRADE, MemberJson.downgrade(info));
    }

    private static boolean hasStorageVersion(String version) {
        var matcher = VERSION.matcher(version);
        if (!matcher.matches()) return false;
        int major = Integer.parseInt(matcher.group(1));
        return major > 3 || (major == 3 && Integer.parseInt(matcher.group(2)) >= 6);
    }

    private @Nullable String textRow(Bucket bucket, byte[] key) {
        var value = backend.get(bucket, key);
        return value == null ? null : Rows.text(value);
    }

    private List<Member> without(long memberId) {
        var others = new ArrayList<>(members);
        others.removeIf(member -> member.getID() == memberId);
        return others;
    }

    private void replaceAndStore(List<Member> changed) {
        var before = membership;
        replace(changed);
        if (!membership.equals(before)) backend.put(Bucket.META, CONF_STATE, MemberJson.confState(membership));
    }

    private void replace(List<Member> changed) {
        changed.sort(Comparator.comparing(Member::getID, Long::compareUnsigned));
        members = List.copyOf(changed);
        membership = StoredMark.membership(changed);
    }
}
