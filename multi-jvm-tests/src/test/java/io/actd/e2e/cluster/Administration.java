package io.actd.e2e.cluster;

import com.google.protobuf.Message;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.Rpc;
import io.actd.protocol.api.AlarmRequest;
import io.actd.protocol.api.AlarmType;
import io.actd.protocol.api.MemberAddRequest;
import io.actd.protocol.api.MemberRemoveRequest;
import io.actd.protocol.api.MoveLeaderRequest;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/** Changes of the cluster, asked of one member. */
final class Administration {
    private static final String URL_KNOWN = "Peer URLs already exists";

    private final Member member;

    private Administration(Member member) {
        this.member = member;
    }

    static Administration of(Member member) {
        return new Administration(member);
    }

    /** Must be asked of the leader (spec MT-12); given up if the other is too far behind. */
    void tryMoveLeader(long to) {
        tryTo(Rpc.MOVE_LEADER, MoveLeaderRequest.newBuilder().setTargetID(to).build(), "");
    }

    /** Done, or not possible at this moment. */
    Optional<Boolean> tryRemove(long id) {
        return tryTo(
                Rpc.MEMBER_REMOVE, MemberRemoveRequest.newBuilder().setID(id).build(), "member not found");
    }

    /** Done, or not possible at this moment. */
    Optional<Boolean> tryAdd(String peerUrl) {
        return tryTo(
                Rpc.MEMBER_ADD,
                MemberAddRequest.newBuilder().addPeerURLs(peerUrl).build(),
                URL_KNOWN);
    }

    /** Done, or not possible at this moment. */
    Optional<Boolean> tryAddLearner(String peerUrl) {
        MemberAddRequest request = MemberAddRequest.newBuilder()
                .addPeerURLs(peerUrl)
                .setIsLearner(true)
                .build();
        return tryTo(Rpc.MEMBER_ADD, request, URL_KNOWN);
    }

    /** Done, or not possible at this moment. */
    Optional<Boolean> tryDisarm(long id) {
        AlarmRequest request = AlarmRequest.newBuilder()
                .setAction(AlarmRequest.AlarmAction.DEACTIVATE)
                .setMemberID(id)
                .setAlarm(AlarmType.NOSPACE)
                .build();
        return tryTo(Rpc.ALARM, request, "");
    }

    /** The text says that an earlier attempt, whose answer did not come, was carried out after all. */
    private <Q extends Message, R extends Message> Optional<Boolean> tryTo(
            MethodDescriptor<Q, R> method, Q request, String alreadyDone) {
        try (EtcdClient client = member.connect()) {
            client.call(method, request);
            return Optional.of(true);
        } catch (StatusRuntimeException e) {
            String why = String.valueOf(e.getStatus().getDescription());
            return !alreadyDone.isEmpty() && why.contains(alreadyDone) ? Optional.of(true) : Optional.empty();
        }
    }
}
