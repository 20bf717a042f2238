package io.actd.e2e.load;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.Rpc;
import io.actd.protocol.api.PutRequest;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** Sends many requests over one connection to each server, without waiting for answers one by one. */
public final class Flood {
    /** Hears of each request how it ended, on the connection's thread. */
    interface Listener {
        void answered(String server, Message request, long begin, Message response);

        void failed(String server, Message request, long begin, Status status);
    }

    private final int inFlight; // at each server
    private final IntFunction<Message> requests;
    private final Listener listener;

    /** @param requests the request of each number, asked for by one thread a server */
    Flood(int inFlight, IntFunction<Message> requests, Listener listener) {
        this.inFlight = inFlight;
        this.requests = requests;
        this.listener = listener;
    }

    /** Puts so many pairs of different keys at one server, and returns when all are acknowledged. */
    public static void fill(Server server, int pairs, int valueBytes) {
        Queue<Status> failures = new ConcurrentLinkedQueue<>();
        Listener counting = new Listener() {
            @Override
            public void answered(String at, Message request, long begin, Message response) {}

            @Override
            public void failed(String at, Message request, long begin, Status status) {
                failures.add(status);
            }
        };
        new Flood(200, puts("fill", pairs, valueBytes), counting).run(List.of(server), pairs);
        if (!failures.isEmpty()) {
            throw new IllegalStateException(
                    failures.size() + " of " + pairs + " puts failed, the first with " + failures.peek());
        }
    }

    /** Puts on so many keys in turn; no two have the same value. */
    static IntFunction<Message> puts(String name, int keys, int valueBytes) {
        ByteString filling = ByteString.copyFrom(new byte[valueBytes]);
        return number -> PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(name + "/" + number % keys))
                .setValue(ByteString.copyFromUtf8(name + "." + number + " ").concat(filling))
                .build();
    }

    /** Sends so many requests, each server as many as the others, and returns when all have ended. */
    void run(List<? extends Server> servers, int howMany) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < servers.size(); i++) {
            int first = i;
            threads.add(Thread.ofPlatform()
                    .daemon()
                    .name("flood " + i)
                    .start(() -> run(servers.get(first), first, servers.size(), number -> number < howMany)));
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends to one server until told to end, and returns when all that was sent has ended. */
    void run(Server server, BooleanSupplier ended) {
        run(server, 0, 1, number -> !ended.getAsBoolean());
    }

    private void run(Server server, int first, int step, IntPredicate more) {
        Semaphore permits = new Semaphore(inFlight);
        try (EtcdClient connection = server.connect()) {
            for (int i = first; more.test(i); i += step) {
                permits.acquire();
                send(connection, server.identity(), requests.apply(i), permits);
            }
            permits.acquire(inFlight);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void send(EtcdClient connection, String server, Message request, Semaphore permits) {
        long begin = System.nanoTime();
        FutureCallback<Message> callback = new FutureCallback<>() {
            @Override
            public void onSuccess(Message response) {
                listener.answered(server, request, begin, response);
                permits.release();
            }

            @Override
            public void onFailure(Throwable failure) {
                listener.failed(server, request, begin, Status.fromThrowable(failure));
                permits.release();
            }
        };
        MethodDescriptor<Message, Message> method = Rpc.of(request);
        Futures.addCallback(connection.sendPatiently(method, request), callback, MoreExecutors.directExecutor());
    }
}
