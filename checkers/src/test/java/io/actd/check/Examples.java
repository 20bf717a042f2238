package io.actd.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.CompactionResponse;
import io.actd.protocol.api.Compare;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.DeleteRangeResponse;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.LeaseRevokeResponse;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.List;

/** Words for histories by hand. */
final class Examples {
    private Examples() {}

    static ByteString utf8(String text) {
        return ByteString.copyFromUtf8(text);
    }

    static PutRequest put(String key, String value) {
        return PutRequest.newBuilder().setKey(utf8(key)).setValue(utf8(value)).build();
    }

    static RangeRequest get(String key) {
        return RangeRequest.newBuilder().setKey(utf8(key)).build();
    }

    static DeleteRangeRequest delete(String key) {
        return DeleteRangeRequest.newBuilder().setKey(utf8(key)).build();
    }

    static LeaseRevokeRequest revoke(long lease) {
        return LeaseRevokeRequest.newBuilder().setID(lease).build();
    }

    /** Puts unless the key is there. */
    static TxnRequest create(String key, String value) {
        return TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(utf8(key))
                        .setTarget(Compare.CompareTarget.CREATE)
                        .setResult(Compare.CompareResult.EQUAL))
                .addSuccess(RequestOp.newBuilder().setRequestPut(put(key, value)))
                .build();
    }

    static ResponseHeader header(long revision) {
        return ResponseHeader.newBuilder().setRevision(revision).build();
    }

    static PutResponse putAt(long revision) {
        return PutResponse.newBuilder().setHeader(header(revision)).build();
    }

    static DeleteRangeResponse deletedAt(long revision, long deleted) {
        return DeleteRangeResponse.newBuilder()
                .setHeader(header(revision))
                .setDeleted(deleted)
                .build();
    }

    static LeaseRevokeResponse revokedAt(long revision) {
        return LeaseRevokeResponse.newBuilder().setHeader(header(revision)).build();
    }

    static RangeResponse found(long revision, KeyValue... pairs) {
        return RangeResponse.newBuilder()
                .setHeader(header(revision))
                .addAllKvs(List.of(pairs))
                .setCount(pairs.length)
                .build();
    }

    static KeyValue pair(String key, String value, long created, long modified, long version) {
        return KeyValue.newBuilder()
                .setKey(utf8(key))
                .setValue(utf8(value))
                .setCreateRevision(created)
                .setModRevision(modified)
                .setVersion(version)
                .build();
    }

    static Event putEvent(KeyValue pair) {
        return Event.newBuilder().setKv(pair).build();
    }

    static Event deleteEvent(String key, long revision) {
        return Event.newBuilder()
                .setType(Event.EventType.DELETE)
                .setKv(KeyValue.newBuilder().setKey(utf8(key)).setModRevision(revision))
                .build();
    }

    static WatchResponse shows(Event... events) {
        long revision = events[events.length - 1].getKv().getModRevision();
        return WatchResponse.newBuilder()
                .setHeader(header(revision))
                .addAllEvents(List.of(events))
                .build();
    }

    static WatchResponse progress(long revision) {
        return WatchResponse.newBuilder().setHeader(header(revision)).build();
    }

    /** Answers to a watch, the first at 1, each next one a nanosecond later. */
    static List<History.Answer> heard(WatchResponse... answers) {
        List<History.Answer> heard = new ArrayList<>();
        for (WatchResponse answer : answers) heard.add(new History.Answer(heard.size() + 1, answer));
        return heard;
    }

    static CompactionRequest compaction(long revision) {
        return CompactionRequest.newBuilder().setRevision(revision).build();
    }

    static CompactionResponse compactedAt(long revision) {
        return CompactionResponse.newBuilder().setHeader(header(revision)).build();
    }

    static Operation refused(Message request, long call, long end, Refusal why) {
        return new Operation(1, "", request, call, end, new Operation.Refused(why.text()));
    }

    static Operation answered(Message request, long call, long end, Message response) {
        return Operation.answered(1, request, call, end, response);
    }

    static Operation unknown(Message request, long call) {
        return Operation.unknown(1, request, call);
    }
}
