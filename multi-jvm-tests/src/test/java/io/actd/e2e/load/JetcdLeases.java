package io.actd.e2e.load;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.PutRequest;
import io.etcd.jetcd.Lease;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Leases held through jetcd: granted with a key, kept alive for a while, and left to their end. */
final class JetcdLeases {
    private static final int TTL_SECONDS = 2;
    private static final int RENEWALS = 3;

    private final Lease jetcd;
    private final JetcdCalls calls;
    private final Recording recording;
    private final LeaseBook book;

    JetcdLeases(Lease jetcd, JetcdCalls calls, Recording recording, LeaseBook book) {
        this.jetcd = jetcd;
        this.calls = calls;
        this.recording = recording;
        this.book = book;
    }

    /** One life of a lease, with a pause before each renewal. */
    void liveOnce(Runnable pause) {
        try {
            long sent = System.nanoTime();
            long lease = JetcdCalls.soon(jetcd.grant(TTL_SECONDS)).getID();
            recording.granted(lease); // it has no key yet
            book.note(LeaseLife.granted(lease, TTL_SECONDS, sent, System.nanoTime()));
            calls.put(keyOf(lease));
            for (int i = 0; i < RENEWALS; i++) {
                pause.run();
                renew(lease);
            }
        } catch (ExecutionException | TimeoutException unknownAndNeverUsed) {
            pause.run();
        }
    }

    private PutRequest keyOf(long lease) {
        return PutRequest.newBuilder()
                .setKey(LeaseBook.key(lease))
                .setValue(ByteString.copyFromUtf8("held by " + calls.number() + " as " + lease))
                .setLease(lease)
                .build();
    }

    private void renew(long lease) {
        LeaseLife life = book.life(lease);
        if (life.isRefused()) {
            return;
        }
        long sent = System.nanoTime();
        try {
            JetcdCalls.soon(jetcd.keepAliveOnce(lease));
            book.note(life.renewed(sent, System.nanoTime()));
        } catch (ExecutionException e) {
            long now = System.nanoTime();
            boolean gone = e.getCause() instanceof EtcdException why && why.getErrorCode() == ErrorCode.NOT_FOUND;
            book.note(gone ? life.refused(now) : life.tried(now));
        } catch (TimeoutException unknown) {
            book.note(life.tried(System.nanoTime()));
        }
    }
}
