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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** Sends many requests over one connection to each server, without waiting for answers one by one. */
public final class Flood {
    /** Hears of each request how it ended, on the connection's thread. */
    interface Listener {
        void answered(String server, Message request, long begin, Message response);

        void failed(String server, Message request, long begin, Status status);
    }

    private static final long PERIOD_NANOS = 1_000_000;

    private final int inFlight; // at each server, but for pour
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
        onThreads(servers, first -> run(servers.get(first), first, servers.size(), number -> number < howMany));
    }

    private static void onThreads(List<? extends Server> servers, IntConsumer work) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < servers.size(); i++) {
            int number = i;
            threads.add(Thread.ofPlatform().daemon().name("flood " + i).start(() -> work.accept(number)));
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

    /**
     * Sends so many requests a second until told to end, each server as many as the others, whatever becomes of earlier
     * ones, or as many as this machine can; returns how many when all have ended.
     */
    int pour(List<? extends Server> servers, int perSecond, BooleanSupplier ended) {
        AtomicInteger sent = new AtomicInteger();
        onThreads(servers, first -> pour(servers.get(first), (double) perSecond / servers.size(), ended, sent));
        return sent.get();
    }

    private void pour(Server server, double perSecond, BooleanSupplier over, AtomicInteger numbers) {
        Semaphore ended = new Semaphore(0);
        int sent = 0;
        try (EtcdClient connection = server.connect()) {
            long begun = System.nanoTime();
            while (!over.getAsBoolean()) {
                for (double due = perSecond * (System.nanoTime() - begun) / 1e9; sent < due; sent++) {
                    send(connection, server.identity(), requests.apply(numbers.getAndIncrement()), ended);
                }
                LockSupport.parkNanos(PERIOD_NANOS);
            }
            ended.acquire(sent);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
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
