package io.actd.e2e.load;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.mvcc.KeyValue;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Response;
import io.etcd.jetcd.kv.GetResponse;

/** jetcd's answers as the messages the checkers understand. */
final class JetcdAnswers {
    private JetcdAnswers() {}

    static PutResponse of(io.etcd.jetcd.kv.PutResponse put) {
        return PutResponse.newBuilder().setHeader(header(put)).build();
    }

    static RangeResponse of(GetResponse get) {
        return RangeResponse.newBuilder()
                .setHeader(header(get))
                .addAllKvs(get.getKvs().stream().map(JetcdAnswers::pair).toList())
                .setMore(get.isMore())
                .setCount(get.getCount())
                .build();
    }

    private static ResponseHeader header(Response answer) {
        return ResponseHeader.newBuilder()
                .setRevision(answer.getHeader().getRevision())
                .setRaftTerm(answer.getHeader().getRaftTerm())
                .build();
    }

    private static KeyValue pair(io.etcd.jetcd.KeyValue pair) {
        return KeyValue.newBuilder()
                .setKey(bytes(pair.getKey()))
                .setValue(bytes(pair.getValue()))
                .setCreateRevision(pair.getCreateRevision())
                .setModRevision(pair.getModRevision())
                .setVersion(pair.getVersion())
                .setLease(pair.getLease())
                .build();
    }

    static ByteString bytes(ByteSequence bytes) {
        return ByteString.copyFrom(bytes.getBytes());
    }

    static ByteSequence sequence(ByteString bytes) {
        return ByteSequence.from(bytes.toByteArray());
    }
}
