package io.actd.e2e.history;

import com.google.protobuf.Message;
import io.etcd.jetcd.api.DeleteRangeResponse;
import io.etcd.jetcd.api.LeaseRevokeResponse;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnResponse;

/**
 * One call of one client: what it asked, when, and what it knows of the result.
 *
 * <p>Times are {@link System#nanoTime} of the one JVM all clients live in.
 *
 * @param request a Range, Put, DeleteRange, Txn or LeaseRevoke request
 * @param callNanos taken before the request was sent
 * @param returnNanos taken after the answer came; {@link Long#MAX_VALUE} if none came
 */
public record Operation(int client, Message request, long callNanos, long returnNanos, Outcome outcome) {

    /** What the client knows of its call. */
    public sealed interface Outcome {}

    /** The server answered. */
    public record Answered(Message response) implements Outcome {}

    /** The server certainly did not execute it. */
    public record Refused(String why) implements Outcome {}

    /** Nobody knows: it may be executed once, then or later, or never. */
    public record Unknown() implements Outcome {}

    /** An operation that was answered. */
    public static Operation answered(int client, Message request, long call, long end, Message response) {
        return new Operation(client, request, call, end, new Answered(response));
    }

    /** An operation without an answer. */
    public static Operation unknown(int client, Message request, long call) {
        return new Operation(client, request, call, Long.MAX_VALUE, new Unknown());
    }

    /** The same operation with another answer. */
    public Operation withResponse(Message response) {
        return new Operation(client, request, callNanos, returnNanos, new Answered(response));
    }

    /** The store revision an answer carries. */
    static long revision(Message response) {
        return switch (response) {
            case PutResponse put -> put.getHeader().getRevision();
            case RangeResponse range -> range.getHeader().getRevision();
            case DeleteRangeResponse delete -> delete.getHeader().getRevision();
            case TxnResponse txn -> txn.getHeader().getRevision();
            case LeaseRevokeResponse revoke -> revoke.getHeader().getRevision();
            default ->
                throw new IllegalArgumentException(
                        response.getDescriptorForType().getName());
        };
    }

    /** Whether the answer itself says that the store was changed; a lease revocation does not tell. */
    static boolean saysChanged(Message response) {
        return switch (response) {
            case PutResponse ignored -> true;
            case DeleteRangeResponse delete -> delete.getDeleted() > 0;
            case TxnResponse txn -> txn.getResponsesList().stream().anyMatch(Operation::saysChanged);
            default -> false;
        };
    }

    private static boolean saysChanged(ResponseOp op) {
        return op.hasResponsePut()
                || (op.hasResponseDeleteRange() && op.getResponseDeleteRange().getDeleted() > 0);
    }
}
