package io.actd.e2e.differential;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.actd.check.KeyRange;
import io.actd.e2e.client.NewerFields;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseRevokeResponse;
import io.etcd.jetcd.api.LeaseTimeToLiveResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeRequest.SortOrder;
import io.etcd.jetcd.api.RangeRequest.SortTarget;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Brings an answer into a form in which everything the specification leaves open looks the same. */
final class Canonical {
    private Canonical() {}

    static Message of(Message request, Message response) {
        Message answer = withoutIds(response);
        if (request instanceof RangeRequest range && answer instanceof RangeResponse pairs) {
            return range(range, pairs);
        }
        if (request instanceof TxnRequest txn && answer instanceof TxnResponse results) {
            return txn(txn, results);
        }
        if (answer instanceof LeaseRevokeResponse leases) {
            return leases(leases);
        }
        if (answer instanceof LeaseTimeToLiveResponse left) {
            return left.toBuilder() // spec L-16
                    .clearKeys()
                    .addAllKeys(
                            left.getKeysList().stream().sorted(KeyRange.ORDER).toList())
                    .build();
        }
        return answer;
    }

    /** Also the answer of LeaseLeases, whose order is open (spec L-17). */
    private static Message leases(LeaseRevokeResponse response) {
        UnknownFieldSet.Field.Builder sorted = UnknownFieldSet.Field.newBuilder();
        NewerFields.leases(response).stream().sorted(KeyRange.ORDER).forEach(sorted::addLengthDelimited);
        return response.toBuilder()
                .setUnknownFields(
                        UnknownFieldSet.newBuilder().addField(2, sorted.build()).build())
                .build();
    }

    private static Message withoutIds(Message response) {
        var header = response.getDescriptorForType().findFieldByName("header");
        if (header == null || !response.hasField(header)) {
            return response;
        }
        ResponseHeader full = (ResponseHeader) response.getField(header);
        ResponseHeader local =
                ResponseHeader.newBuilder().setRevision(full.getRevision()).build();
        return response.toBuilder().setField(header, local).build();
    }

    private static TxnResponse txn(TxnRequest request, TxnResponse response) {
        List<RequestOp> ops = response.getSucceeded() ? request.getSuccessList() : request.getFailureList();
        if (ops.size() != response.getResponsesCount()) {
            return response; // spec TX-10 broken: let it differ
        }
        TxnResponse.Builder canonical = response.toBuilder();
        for (int i = 0; i < ops.size(); i++) {
            canonical.setResponses(i, op(ops.get(i), response.getResponses(i)));
        }
        return canonical.build();
    }

    private static ResponseOp op(RequestOp request, ResponseOp response) {
        if (request.hasRequestRange() && response.hasResponseRange()) {
            return ResponseOp.newBuilder()
                    .setResponseRange(range(request.getRequestRange(), response.getResponseRange()))
                    .build();
        }
        if (request.hasRequestTxn() && response.hasResponseTxn()) {
            return ResponseOp.newBuilder()
                    .setResponseTxn(txn(request.getRequestTxn(), response.getResponseTxn()))
                    .build();
        }
        return response;
    }

    private static RangeResponse range(RangeRequest request, RangeResponse response) {
        List<KeyValue> pairs = new ArrayList<>(response.getKvsList());
        if (request.getKeysOnly()) { // spec RG-9: either is acceptable
            pairs.replaceAll(pair -> pair.toBuilder().clearLease().build());
        }
        if (request.getSortTarget() != SortTarget.KEY) {
            tieless(request, pairs);
        }
        return response.toBuilder().clearKvs().addAllKvs(pairs).build();
    }

    /** Order among equal values is not defined (spec RG-12), so neither is which of them a limit cuts off. */
    private static void tieless(RangeRequest request, List<KeyValue> pairs) {
        boolean limited = request.getLimit() > 0;
        if (limited && request.getSortOrder() == SortOrder.NONE) {
            pairs.replaceAll(pair -> KeyValue.getDefaultInstance()); // spec RG-13
            return;
        }
        List<ByteString> order =
                pairs.stream().map(pair -> sortValue(request, pair)).toList();
        if (limited && !pairs.isEmpty()) {
            ByteString last = order.get(order.size() - 1);
            for (int i = 0; i < pairs.size(); i++) {
                if (order.get(i).equals(last)) {
                    pairs.set(i, KeyValue.newBuilder().setValue(last).build());
                }
            }
        }
        int start = 0;
        for (int i = 1; i <= pairs.size(); i++) {
            if (i == pairs.size() || !order.get(i).equals(order.get(start))) {
                pairs.subList(start, i).sort(Comparator.comparing(KeyValue::getKey, KeyRange.ORDER));
                start = i;
            }
        }
    }

    private static ByteString sortValue(RangeRequest request, KeyValue pair) {
        return switch (request.getSortTarget()) {
            case VERSION -> number(pair.getVersion());
            case CREATE -> number(pair.getCreateRevision());
            case MOD -> number(pair.getModRevision());
            case VALUE -> request.getKeysOnly() ? ByteString.EMPTY : pair.getValue();
            case KEY, UNRECOGNIZED -> pair.getKey();
        };
    }

    private static ByteString number(long value) {
        return ByteString.copyFromUtf8(Long.toString(value));
    }
}
