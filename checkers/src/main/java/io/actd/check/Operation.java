package io.actd.check;

import com.google.protobuf.Message;
import io.actd.protocol.api.CompactionResponse;
import io.actd.protocol.api.DeleteRangeResponse;
import io.actd.protocol.api.LeaseRevokeResponse;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.ResponseOp;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.TxnResponse;

/**
 * One call of one client: what it asked, when, and what it knows of the result.
 *
 * <p>Times are nanoseconds of one clock for all clients.
 *
 * @param server who was asked, by name; empty if there is only one
 * @param request a Range, Put, DeleteRange, Txn, LeaseRevoke or Compaction request
 * @param callNanos taken before the request was sent
 * @param returnNanos taken after the answer came; {@link Long#MAX_VALUE} if none came
 */
public record Operation(int client, String server, Message request, long callNanos, long returnNanos, Outcome outcome) {

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
        return new Operation(client, "", request, call, end, new Answered(response));
    }

    /** An operation without an answer. */
    public static Operation unknown(int client, Message request, long call) {
        return new Operation(client, "", request, call, Long.MAX_VALUE, new Unknown());
    }

    /** A read that any member may answer from its own state (spec RG-2, TX-18). */
    public boolean isSerializable() {
        return switch (request) {
            case RangeRequest range -> range.getSerializable();
            case TxnRequest txn ->
                txn.getSuccessCount() + txn.getFailureCount() > 0
                        && txn.getSuccessList().stream().allMatch(Operation::isSerializable)
                        && txn.getFailureList().stream().allMatch(Operation::isSerializable);
            default -> false;
        };
    }

    private static boolean isSerializable(RequestOp op) {
        return op.hasRequestRange() && op.getRequestRange().getSerializable();
    }

    /** The same operation with another answer. */
    public Operation withResponse(Message response) {
        return new Operation(client, server, request, callNanos, returnNanos, new Answered(response));
    }

    /** The store revision an answer carries. */
    public static long revision(Message response) {
        return switch (response) {
            case PutResponse put -> put.getHeader().getRevision();
            case CompactionResponse compaction -> compaction.getHeader().getRevision();
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
                || (op.hasResponseDeleteRange() && saysChanged(op.getResponseDeleteRange()))
                || (op.hasResponseTxn() && saysChanged(op.getResponseTxn()));
    }
}
