package io.actd.e2e.load;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.Rpc;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Puts many values over one connection to each server, without waiting for answers one by one. */
public final class Flood {
    /** Hears of each put how it ended, on the connection's thread. */
    interface Listener {
        void answered(String server, PutRequest put, long begin, PutResponse response);

        void failed(String server, PutRequest put, long begin, Status status);
    }

    private final String name;
    private final int inFlight;
    private final int valueBytes;
    private final int keys;
    private final Listener listener;

    Flood(String name, int inFlight, int valueBytes, int keys, Listener listener) {
        this.name = name;
        this.inFlight = inFlight;
        this.valueBytes = valueBytes;
        this.keys = keys;
        this.listener = listener;
    }

    /** Puts so many pairs of different keys at one server, and returns when all are acknowledged. */
    public static void fill(Server server, int pairs, int valueBytes) {
        AtomicInteger failures = new AtomicInteger();
        Listener counting = new Listener() {
            @Override
            public void answered(String at, PutRequest put, long begin, PutResponse response) {}

            @Override
            public void failed(String at, PutRequest put, long begin, Status status) {
                failures.incrementAndGet();
            }
        };
        new Flood("fill", 200, valueBytes, pairs, counting).run(List.of(server), pairs);
        if (failures.get() > 0) {
            throw new IllegalStateException(failures + " of " + pairs + " puts failed");
        }
    }

    void run(List<? extends Server> servers, int howMany) {
        List<EtcdClient> connections = servers.stream().map(Server::connect).toList();
        Semaphore permits = new Semaphore(inFlight);
        try {
            ByteString filling = ByteString.copyFrom(new byte[valueBytes]);
            for (int i = 0; i < howMany; i++) {
                int at = i % connections.size();
                permits.acquire();
                send(connections.get(at), servers.get(at).identity(), put(i, filling), permits);
            }
            permits.acquire(inFlight);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            connections.forEach(EtcdClient::close);
        }
    }

    private PutRequest put(int number, ByteString filling) {
        return PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(name + "/" + number % keys))
                .setValue(ByteString.copyFromUtf8(name + "." + number + " ").concat(filling))
                .build();
    }

    private void send(EtcdClient connection, String server, PutRequest put, Semaphore permits) {
        long begin = System.nanoTime();
        FutureCallback<PutResponse> callback = new FutureCallback<>() {
            @Override
            public void onSuccess(PutResponse response) {
                listener.answered(server, put, begin, response);
                permits.release();
            }

            @Override
            public void onFailure(Throwable failure) {
                listener.failed(server, put, begin, Status.fromThrowable(failure));
                permits.release();
            }
        };
        Futures.addCallback(connection.send(Rpc.PUT, put), callback, MoreExecutors.directExecutor());
    }
}
