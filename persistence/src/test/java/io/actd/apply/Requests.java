package io.actd.apply;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.Compare;
import io.actd.protocol.api.Compare.CompareResult;
import io.actd.protocol.api.Compare.CompareTarget;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.TxnRequest;
import java.util.List;

/** Short words for requests. */
final class Requests {
    static final ByteString OPEN = ByteString.copyFrom(new byte[] {0});

    private Requests() {}

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    static PutRequest.Builder put(String key, String value) {
        return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value));
    }

    static RangeRequest.Builder get(String key) {
        return RangeRequest.newBuilder().setKey(bytes(key));
    }

    static RangeRequest.Builder range(String key, String end) {
        return get(key).setRangeEnd(bytes(end));
    }

    static RangeRequest.Builder everything() {
        return RangeRequest.newBuilder().setKey(OPEN).setRangeEnd(OPEN);
    }

    static DeleteRangeRequest.Builder delete(String key) {
        return DeleteRangeRequest.newBuilder().setKey(bytes(key));
    }

    static DeleteRangeRequest.Builder delete(String key, String end) {
        return delete(key).setRangeEnd(bytes(end));
    }

    static RequestOp op(PutRequest.Builder put) {
        return RequestOp.newBuilder().setRequestPut(put).build();
    }

    static RequestOp op(RangeRequest.Builder range) {
        return RequestOp.newBuilder().setRequestRange(range).build();
    }

    static RequestOp op(DeleteRangeRequest.Builder delete) {
        return RequestOp.newBuilder().setRequestDeleteRange(delete).build();
    }

    static RequestOp op(TxnRequest.Builder txn) {
        return RequestOp.newBuilder().setRequestTxn(txn).build();
    }

    /** A txn without compares: only its success branch counts. */
    static TxnRequest.Builder txn(RequestOp... success) {
        return TxnRequest.newBuilder().addAllSuccess(List.of(success));
    }

    static Compare.Builder compare(String key, CompareTarget target, CompareResult result) {
        return Compare.newBuilder().setKey(bytes(key)).setTarget(target).setResult(result);
    }

    static Compare.Builder absent(String key) {
        return compare(key, CompareTarget.CREATE, CompareResult.EQUAL).setCreateRevision(0);
    }

    static Compare.Builder valueIs(String key, String value) {
        return compare(key, CompareTarget.VALUE, CompareResult.EQUAL).setValue(bytes(value));
    }
}
