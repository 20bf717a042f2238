package io.actd.e2e.crash;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.DeleteRangeResponse;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.LeaseRevokeResponse;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.TxnResponse;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.List;

/** The client library's messages as ours: same bytes, other classes. */
public final class Ours {
    private Ours() {}

    /** A request or response that the checker knows. */
    public static Message of(Message theirs) {
        var parser =
                switch (theirs.getDescriptorForType().getName()) {
                    case "PutRequest" -> PutRequest.parser();
                    case "PutResponse" -> PutResponse.parser();
                    case "RangeRequest" -> RangeRequest.parser();
                    case "RangeResponse" -> RangeResponse.parser();
                    case "DeleteRangeRequest" -> DeleteRangeRequest.parser();
                    case "DeleteRangeResponse" -> DeleteRangeResponse.parser();
                    case "TxnRequest" -> TxnRequest.parser();
                    case "TxnResponse" -> TxnResponse.parser();
                    case "LeaseRevokeRequest" -> LeaseRevokeRequest.parser();
                    case "LeaseRevokeResponse" -> LeaseRevokeResponse.parser();
                    default ->
                        throw new IllegalArgumentException(
                                theirs.getDescriptorForType().getFullName());
                };
        return parsed(theirs, parser);
    }

    public static List<Event> events(List<? extends Message> theirs) {
        return theirs.stream().map(event -> parsed(event, Event.parser())).toList();
    }

    public static List<KeyValue> pairs(List<? extends Message> theirs) {
        return theirs.stream().map(pair -> parsed(pair, KeyValue.parser())).toList();
    }

    static List<WatchResponse> watchAnswers(List<? extends Message> theirs) {
        return theirs.stream()
                .map(answer -> parsed(answer, WatchResponse.parser()))
                .toList();
    }

    private static <T extends Message> T parsed(Message theirs, Parser<T> parser) {
        try {
            return parser.parseFrom(theirs.toByteString());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
