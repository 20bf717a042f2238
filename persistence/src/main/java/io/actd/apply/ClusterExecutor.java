package io.actd.apply;

import com.google.protobuf.Message;
import io.actd.invariant.Invariant;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.DowngradeInfo;
import io.actd.protocol.api.Member;
import io.actd.protocol.api.MemberListResponse;
import io.actd.protocol.membership.Attributes;
import io.actd.protocol.membership.ClusterMemberAttrSetRequest;
import io.actd.protocol.membership.ClusterVersionSetRequest;
import io.actd.protocol.membership.DowngradeInfoSetRequest;
import io.actd.protocol.wal.ConfChange;
import io.actd.raft.Membership;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Executes conf changes and the commands about members and versions (spec §16). */
final class ClusterExecutor {
    private final ClusterTable cluster;
    private final Headers headers;
    private final int maxLearners;

    ClusterExecutor(ClusterTable cluster, Headers headers, int maxLearners) {
        this.cluster = cluster;
        this.headers = headers;
        this.maxLearners = maxLearners;
    }

    /** A refused change leaves everything as it was, on all members alike. */
    Done change(ConfChange change) {
        long id = change.getNodeId();
        if (cluster.wasRemoved(id)) return Done.refused(Refusal.MEMBER_NOT_FOUND); // spec H-7, M-8
        var present = cluster.find(id);
        return switch (change.getType()) {
            case AddNode -> context(change).promote() ? promote(present) : add(present, context(change), false);
            case AddLearnerNode -> add(present, context(change), true);
            case UpdateNode -> update(present, context(change));
            case RemoveNode -> remove(present);
        };
    }

    /** A member tells its name and client URLs (spec M-2). */
    Done publish(ClusterMemberAttrSetRequest request) {
        return publish(request.getMemberID(), request.getMemberAttributes());
    }

    Done publish(long memberId, Attributes attributes) {
        var present = cluster.find(memberId);
        if (present == null) return Done.refused(Refusal.MEMBER_NOT_FOUND); // removed meanwhile
        cluster.put(present.toBuilder()
                .setName(attributes.getName())
                .clearClientURLs()
                .addAllClientURLs(attributes.getClientUrlsList())
                .build());
        return Done.answered(list());
    }

    Done setVersion(ClusterVersionSetRequest request) {
        return setVersion(request.getVer());
    }

    Done setVersion(String version) {
        cluster.setClusterVersion(version);
        return Done.answered(list());
    }

    Done setDowngrade(DowngradeInfoSetRequest request) {
        cluster.setDowngradeInfo(DowngradeInfo.newBuilder()
                .setEnabled(request.getEnabled())
                .setTargetVersion(request.getVer())
                .build());
        return Done.answered(list());
    }

    private Done add(@Nullable Member present, MemberJson.Context context, boolean learner) {
        if (present != null) return Done.refused(Refusal.MEMBER_EXISTS);
        var member = context.member().toBuilder().setIsLearner(learner).build();
        if (urlTaken(member)) return Done.refused(Refusal.PEER_URL_EXISTS); // spec M-4
        if (learner && cluster.membership().learners().size() >= maxLearners) {
            return Done.refused(Refusal.TOO_MANY_LEARNERS); // spec M-5
        }
        return store(member);
    }

    private Done promote(@Nullable Member present) {
        if (present == null) return Done.refused(Refusal.MEMBER_NOT_FOUND);
        if (!present.getIsLearner()) return Done.refused(Refusal.MEMBER_NOT_LEARNER); // spec M-10
        return store(present.toBuilder().setIsLearner(false).build());
    }

    /** Only the peer URLs (spec M-9). */
    private Done update(@Nullable Member present, MemberJson.Context context) {
        if (present == null) return Done.refused(Refusal.MEMBER_NOT_FOUND);
        if (urlTaken(context.member())) return Done.refused(Refusal.PEER_URL_EXISTS);
        return store(present.toBuilder()
                .clearPeerURLs()
                .addAllPeerURLs(context.member().getPeerURLsList())
                .build());
    }

    private Done remove(@Nullable Member present) {
        if (present == null) return Done.refused(Refusal.MEMBER_NOT_FOUND);
        var before = cluster.membership();
        cluster.remove(present.getID());
        return changedSince(before);
    }

    private Done store(Member member) {
        var before = cluster.membership();
        cluster.put(member);
        return changedSince(before);
    }

    private Done changedSince(Membership before) {
        var now = cluster.membership();
        return Done.answered(list()).with(now.equals(before) ? null : now);
    }

    private boolean urlTaken(Member candidate) {
        Collection<String> urls = candidate.getPeerURLsList();
        for (Member other : cluster.all()) {
            if (other.getID() == candidate.getID()) continue;
            for (String url : other.getPeerURLsList()) {
                if (urls.contains(url)) return true;
            }
        }
        return false;
    }

    private Message list() {
        return MemberListResponse.newBuilder()
                .setHeader(headers.at(0)) // spec M-12
                .addAllMembers(cluster.all())
                .build();
    }

    private static MemberJson.Context context(ConfChange change) {
        if (change.getContext().isEmpty()) {
            return new MemberJson.Context(
                    Member.newBuilder().setID(change.getNodeId()).build(), false);
        }
        var context = MemberJson.context(change.getContext().toByteArray());
        Invariant.check(
                context.member().getID() == change.getNodeId(),
                "conf-change-names-one-member",
                context.member().getID(),
                change.getNodeId());
        return context;
    }
}
