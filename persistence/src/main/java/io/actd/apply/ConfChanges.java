package io.actd.apply;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.actd.protocol.api.Member;
import io.actd.protocol.wal.ConfChange;
import java.util.List;

/** Builds and reads conf change entries with their JSON contexts (spec FM-19, FM-20). */
public final class ConfChanges {
    private ConfChanges() {}

    /** The bootstrap entry of one initial member; it answers nobody. */
    public static byte[] bootstrap(Member member) {
        return add(0, member);
    }

    /** Adds a voter, or a learner if the member says so. */
    public static byte[] add(long requestId, Member member) {
        var type = member.getIsLearner() ? ConfChange.Type.AddLearnerNode : ConfChange.Type.AddNode;
        return encode(requestId, type, member.getID(), MemberJson.context(member, false));
    }

    /** Makes a learner a voter. */
    public static byte[] promote(long requestId, long memberId) {
        var member = Member.newBuilder().setID(memberId).build();
        return encode(requestId, ConfChange.Type.AddNode, memberId, MemberJson.context(member, true));
    }

    /** Gives a member other peer URLs. */
    public static byte[] update(long requestId, long memberId, List<String> peerUrls) {
        var member =
                Member.newBuilder().setID(memberId).addAllPeerURLs(peerUrls).build();
        return encode(requestId, ConfChange.Type.UpdateNode, memberId, MemberJson.context(member, false));
    }

    /** Removes a member, for ever. */
    public static byte[] remove(long requestId, long memberId) {
        return encode(requestId, ConfChange.Type.RemoveNode, memberId, new byte[0]);
    }

    /** @throws IllegalArgumentException if these are not the bytes of a conf change */
    public static ConfChange parse(byte[] data) {
        try {
            return ConfChange.parseFrom(data);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a conf change: " + data.length + " bytes", e);
        }
    }

    /** Every scalar is written, zero included (spec FM-3). */
    private static byte[] encode(long requestId, ConfChange.Type type, long memberId, byte[] context) {
        var change = ConfChange.newBuilder().setId(requestId).setType(type).setNodeId(memberId);
        if (context.length > 0) change.setContext(ByteString.copyFrom(context));
        return change.build().toByteArray();
    }
}
