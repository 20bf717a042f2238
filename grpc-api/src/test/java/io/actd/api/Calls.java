package io.actd.api;

import static io.actd.api.LiveServer.bytes;

import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.CompactionResponse;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.DeleteRangeResponse;
import io.actd.protocol.api.LeaseGrantRequest;
import io.actd.protocol.api.LeaseGrantResponse;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.TxnResponse;

/** The calls tests make most. */
public record Calls(LiveServer server) {
    public PutResponse put(String key, String value) {
        return put(PutRequest.newBuilder()
                .setKey(bytes(key))
                .setValue(bytes(value))
                .build());
    }

    public PutResponse put(PutRequest request) {
        return server.call("etcdserverpb.KV/Put", request, PutResponse.getDefaultInstance());
    }

    public RangeResponse get(String key) {
        return range(RangeRequest.newBuilder().setKey(bytes(key)).build());
    }

    public RangeResponse range(RangeRequest request) {
        return server.call("etcdserverpb.KV/Range", request, RangeResponse.getDefaultInstance());
    }

    public DeleteRangeResponse delete(DeleteRangeRequest request) {
        return server.call("etcdserverpb.KV/DeleteRange", request, DeleteRangeResponse.getDefaultInstance());
    }

    public TxnResponse txn(TxnRequest request) {
        return server.call("etcdserverpb.KV/Txn", request, TxnResponse.getDefaultInstance());
    }

    public CompactionResponse compact(long revision, boolean physical) {
        return server.call(
                "etcdserverpb.KV/Compact",
                CompactionRequest.newBuilder()
                        .setRevision(revision)
                        .setPhysical(physical)
                        .build(),
                CompactionResponse.getDefaultInstance());
    }

    public LeaseGrantResponse grant(long ttlSeconds, long id) {
        return server.call(
                "etcdserverpb.Lease/LeaseGrant",
                LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).setID(id).build(),
                LeaseGrantResponse.getDefaultInstance());
    }
}
