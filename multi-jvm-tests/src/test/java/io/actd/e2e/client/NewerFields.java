package io.actd.e2e.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.GeneratedMessageV3;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.HashKVResponse;
import io.etcd.jetcd.api.LeaseRevokeResponse;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import java.util.List;

/** What jetcd's messages do not know yet, set and read by number (wire.md §3, §4). */
public final class NewerFields {
    private static final int CREATE_WATCH_ID = 7;
    private static final int CREATE_FRAGMENT = 8;
    private static final int RESPONSE_FRAGMENT = 7;
    private static final int COMPARE_LEASE = 8;
    /** Number of target LEASE in a compare. */
    public static final int LEASE_TARGET = 4;

    private static final int LEASES = 2;
    private static final int HASH_REVISION = 4;

    /** LeaseLeases; its request is empty, and {@link #leases} reads what its answer has besides the header. */
    public static final MethodDescriptor<StatusRequest, LeaseRevokeResponse> LEASE_LEASES =
            MethodDescriptor.<StatusRequest, LeaseRevokeResponse>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("etcdserverpb.Lease/LeaseLeases")
                    .setRequestMarshaller(ProtoUtils.marshaller(StatusRequest.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(LeaseRevokeResponse.getDefaultInstance()))
                    .build();

    private NewerFields() {}

    /** The encoded lease statuses of an answer to {@link #LEASE_LEASES}. */
    public static List<ByteString> leases(LeaseRevokeResponse response) {
        return response.getUnknownFields().getField(LEASES).getLengthDelimitedList();
    }

    /** Asks for this watch id. */
    public static void watchId(WatchCreateRequest.Builder request, long id) {
        set(request, CREATE_WATCH_ID, id);
    }

    /** Allows splitting of large answers. */
    public static void fragment(WatchCreateRequest.Builder request) {
        set(request, CREATE_FRAGMENT, 1);
    }

    /** Whether more of the same answer follows. */
    public static boolean isFragment(WatchResponse response) {
        return response.getUnknownFields()
                .getField(RESPONSE_FRAGMENT)
                .getVarintList()
                .contains(1L);
    }

    /** Compares the lease of the pair. */
    public static void lease(Compare.Builder compare, long lease) {
        compare.setTargetValue(LEASE_TARGET);
        set(compare, COMPARE_LEASE, lease);
    }

    /** The revision a hash stands for; 0 if the server does not tell. */
    public static long hashRevision(HashKVResponse response) {
        return response.getUnknownFields().getField(HASH_REVISION).getVarintList().stream()
                .findFirst()
                .orElse(0L);
    }

    /** The same answer from a server that does not tell the revision. */
    public static HashKVResponse withoutHashRevision(HashKVResponse response) {
        return response.toBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder(response.getUnknownFields())
                        .clearField(HASH_REVISION)
                        .build())
                .build();
    }

    private static void set(GeneratedMessageV3.Builder<?> message, int number, long value) {
        message.setUnknownFields(UnknownFieldSet.newBuilder(message.getUnknownFields())
                .addField(number, Field.newBuilder().addVarint(value).build())
                .build());
    }
}
