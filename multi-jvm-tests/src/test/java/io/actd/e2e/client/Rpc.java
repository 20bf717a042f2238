package io.actd.e2e.client;

import com.google.protobuf.Message;
import io.actd.protocol.api.AlarmRequest;
import io.actd.protocol.api.AlarmResponse;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.CompactionResponse;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.DeleteRangeResponse;
import io.actd.protocol.api.HashKVRequest;
import io.actd.protocol.api.HashKVResponse;
import io.actd.protocol.api.LeaseGrantRequest;
import io.actd.protocol.api.LeaseGrantResponse;
import io.actd.protocol.api.LeaseKeepAliveRequest;
import io.actd.protocol.api.LeaseKeepAliveResponse;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.LeaseRevokeResponse;
import io.actd.protocol.api.MemberAddRequest;
import io.actd.protocol.api.MemberAddResponse;
import io.actd.protocol.api.MemberListRequest;
import io.actd.protocol.api.MemberListResponse;
import io.actd.protocol.api.MemberRemoveRequest;
import io.actd.protocol.api.MemberRemoveResponse;
import io.actd.protocol.api.MoveLeaderRequest;
import io.actd.protocol.api.MoveLeaderResponse;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.StatusRequest;
import io.actd.protocol.api.StatusResponse;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.TxnResponse;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;

/** Calls of etcd's API with our own messages, which the checkers understand. */
public final class Rpc {
    public static final MethodDescriptor<RangeRequest, RangeResponse> RANGE =
            unary("KV/Range", RangeRequest.getDefaultInstance(), RangeResponse.getDefaultInstance());
    public static final MethodDescriptor<PutRequest, PutResponse> PUT =
            unary("KV/Put", PutRequest.getDefaultInstance(), PutResponse.getDefaultInstance());
    public static final MethodDescriptor<DeleteRangeRequest, DeleteRangeResponse> DELETE_RANGE =
            unary("KV/DeleteRange", DeleteRangeRequest.getDefaultInstance(), DeleteRangeResponse.getDefaultInstance());
    public static final MethodDescriptor<TxnRequest, TxnResponse> TXN =
            unary("KV/Txn", TxnRequest.getDefaultInstance(), TxnResponse.getDefaultInstance());
    public static final MethodDescriptor<WatchRequest, WatchResponse> WATCH =
            duplex("Watch/Watch", WatchRequest.getDefaultInstance(), WatchResponse.getDefaultInstance());
    public static final MethodDescriptor<CompactionRequest, CompactionResponse> COMPACT =
            unary("KV/Compact", CompactionRequest.getDefaultInstance(), CompactionResponse.getDefaultInstance());
    public static final MethodDescriptor<LeaseGrantRequest, LeaseGrantResponse> LEASE_GRANT =
            unary("Lease/LeaseGrant", LeaseGrantRequest.getDefaultInstance(), LeaseGrantResponse.getDefaultInstance());
    public static final MethodDescriptor<LeaseRevokeRequest, LeaseRevokeResponse> LEASE_REVOKE = unary(
            "Lease/LeaseRevoke", LeaseRevokeRequest.getDefaultInstance(), LeaseRevokeResponse.getDefaultInstance());
    public static final MethodDescriptor<LeaseKeepAliveRequest, LeaseKeepAliveResponse> LEASE_KEEP_ALIVE = duplex(
            "Lease/LeaseKeepAlive",
            LeaseKeepAliveRequest.getDefaultInstance(),
            LeaseKeepAliveResponse.getDefaultInstance());
    public static final MethodDescriptor<MemberListRequest, MemberListResponse> MEMBER_LIST = unary(
            "Cluster/MemberList", MemberListRequest.getDefaultInstance(), MemberListResponse.getDefaultInstance());
    public static final MethodDescriptor<MemberAddRequest, MemberAddResponse> MEMBER_ADD =
            unary("Cluster/MemberAdd", MemberAddRequest.getDefaultInstance(), MemberAddResponse.getDefaultInstance());
    public static final MethodDescriptor<MemberRemoveRequest, MemberRemoveResponse> MEMBER_REMOVE = unary(
            "Cluster/MemberRemove",
            MemberRemoveRequest.getDefaultInstance(),
            MemberRemoveResponse.getDefaultInstance());
    public static final MethodDescriptor<StatusRequest, StatusResponse> STATUS =
            unary("Maintenance/Status", StatusRequest.getDefaultInstance(), StatusResponse.getDefaultInstance());
    public static final MethodDescriptor<HashKVRequest, HashKVResponse> HASH_KV =
            unary("Maintenance/HashKV", HashKVRequest.getDefaultInstance(), HashKVResponse.getDefaultInstance());
    public static final MethodDescriptor<AlarmRequest, AlarmResponse> ALARM =
            unary("Maintenance/Alarm", AlarmRequest.getDefaultInstance(), AlarmResponse.getDefaultInstance());
    public static final MethodDescriptor<MoveLeaderRequest, MoveLeaderResponse> MOVE_LEADER = unary(
            "Maintenance/MoveLeader", MoveLeaderRequest.getDefaultInstance(), MoveLeaderResponse.getDefaultInstance());

    private Rpc() {}

    /** The call whose request this is. */
    @SuppressWarnings("unchecked") // each request has its own method
    public static MethodDescriptor<Message, Message> of(Message request) {
        MethodDescriptor<? extends Message, ? extends Message> method =
                switch (request) {
                    case PutRequest put -> PUT;
                    case RangeRequest range -> RANGE;
                    case DeleteRangeRequest delete -> DELETE_RANGE;
                    case TxnRequest txn -> TXN;
                    default ->
                        throw new IllegalArgumentException(
                                request.getDescriptorForType().getName());
                };
        return (MethodDescriptor<Message, Message>) method;
    }

    private static <Q extends Message, R extends Message> MethodDescriptor<Q, R> unary(String name, Q ask, R answer) {
        return describe(MethodType.UNARY, name, ask, answer);
    }

    private static <Q extends Message, R extends Message> MethodDescriptor<Q, R> duplex(String name, Q ask, R answer) {
        return describe(MethodType.BIDI_STREAMING, name, ask, answer);
    }

    private static <Q extends Message, R extends Message> MethodDescriptor<Q, R> describe(
            MethodType type, String name, Q ask, R answer) {
        return MethodDescriptor.<Q, R>newBuilder()
                .setType(type)
                .setFullMethodName("etcdserverpb." + name)
                .setRequestMarshaller(ProtoUtils.marshaller(ask))
                .setResponseMarshaller(ProtoUtils.marshaller(answer))
                .build();
    }
}
