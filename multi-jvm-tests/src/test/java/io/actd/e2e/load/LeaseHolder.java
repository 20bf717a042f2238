package io.actd.e2e.load;

import com.google.protobuf.ByteString;
import io.actd.e2e.client.Rpc;
import io.actd.protocol.api.LeaseGrantRequest;
import io.actd.protocol.api.LeaseKeepAliveRequest;
import io.actd.protocol.api.LeaseKeepAliveResponse;
import io.actd.protocol.api.PutRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Grants a lease with a key, keeps it alive for a while, leaves it to its end and begins anew. */
final class LeaseHolder {
    private static final int TTL_SECONDS = 2;
    private static final int SHORTEST_SECONDS = 2;
    private static final int DIFFERENT_TTLS = 3;
    private static final int RENEWALS = 3;
    private static final Duration BETWEEN_RENEWALS = Duration.ofMillis(600);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final long IDS_PER_CLIENT = 1_000_000;

    private final Client client;
    private final LeaseBook book;
    private final BooleanSupplier ended;
    private long next;

    LeaseHolder(Client client, LeaseBook book, BooleanSupplier ended) {
        this.client = client;
        this.book = book;
        this.ended = ended;
        this.next = (client.number() + 1) * IDS_PER_CLIENT;
    }

    /** One life of a lease; always true, since it changes connections by itself. */
    boolean liveOnce() {
        long lease = next++;
        if (!grant(lease, TTL_SECONDS)) {
            client.moveOn();
            return true;
        }
        putKey(lease);
        for (int i = 0; i < RENEWALS && !ended.getAsBoolean(); i++) {
            pause();
            renew(lease);
        }
        return true;
    }

    /** Grants so many leases of two to four seconds, each with a key, and renews none. */
    void leave(int howMany) {
        try (client) {
            for (int i = 0; i < howMany && !ended.getAsBoolean(); i++) {
                long lease = next++;
                if (grant(lease, SHORTEST_SECONDS + i % DIFFERENT_TTLS)) {
                    putKey(lease);
                } else {
                    client.moveOn();
                }
            }
        }
    }

    private void putKey(long lease) {
        PutRequest put = PutRequest.newBuilder()
                .setKey(LeaseBook.key(lease))
                .setValue(ByteString.copyFromUtf8("held by " + client.number() + " as " + lease))
                .setLease(lease)
                .build();
        if (!client.call(Rpc.PUT, put).isKnown()) {
            client.moveOn();
        }
    }

    private boolean grant(long lease, int ttlSeconds) {
        client.recording().granted(lease);
        long sent = System.nanoTime();
        try {
            client.connection()
                    .call(
                            Rpc.LEASE_GRANT,
                            LeaseGrantRequest.newBuilder()
                                    .setID(lease)
                                    .setTTL(ttlSeconds)
                                    .build());
            book.note(LeaseLife.granted(lease, ttlSeconds, sent, System.nanoTime()));
            return true;
        } catch (StatusRuntimeException unknownAndNeverUsed) {
            return false;
        }
    }

    private void renew(long lease) {
        LeaseLife life = book.life(lease);
        if (life.isRefused()) {
            return;
        }
        long sent = System.nanoTime();
        try {
            LeaseKeepAliveResponse answer = client.connection()
                    .first(
                            Rpc.LEASE_KEEP_ALIVE,
                            LeaseKeepAliveRequest.newBuilder().setID(lease).build());
            long now = System.nanoTime();
            book.note(answer.getTTL() > 0 ? life.renewed(sent, now) : life.refused(now));
        } catch (StatusRuntimeException unknown) {
            book.note(life.tried(System.nanoTime()));
            client.moveOn();
        }
    }

    private void pause() {
        long until = System.nanoTime() + BETWEEN_RENEWALS.toNanos();
        while (System.nanoTime() < until && !ended.getAsBoolean()) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }
}
