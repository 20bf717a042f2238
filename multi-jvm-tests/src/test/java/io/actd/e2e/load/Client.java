package io.actd.e2e.load;

import com.google.protobuf.Message;
import io.actd.e2e.client.EtcdClient;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One client on one thread: asks one server at a time, and another after a call of unknown outcome.
 *
 * <p>A client of a single server is loyal: it connects again and again.
 */
final class Client implements AutoCloseable {
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(30);

    private final int number;
    private final List<Server> servers;
    private final Recording recording;
    private int at;
    private @Nullable EtcdClient connection;
    private String identity = "";

    Client(int number, List<Server> servers, int first, Recording recording) {
        this.number = number;
        this.servers = servers;
        this.at = first % servers.size();
        this.recording = recording;
    }

    int number() {
        return number;
    }

    Recording recording() {
        return recording;
    }

    /** Does one thing over and over until told to end; it says whether the connection is still good. */
    void repeat(BooleanSupplier step, BooleanSupplier ended) {
        try (this) {
            while (!ended.getAsBoolean()) {
                if (!step.getAsBoolean()) {
                    moveOn();
                }
            }
        }
    }

    /** Calls and records. */
    <Q extends Message, R extends Message> Outcome call(MethodDescriptor<Q, R> method, Q request) {
        return recording.call(number, identity(), connection(), method, request);
    }

    /** The present connection, for calls that are not recorded. */
    EtcdClient connection() {
        EtcdClient open = connection;
        if (open == null) {
            Server server = servers.get(at);
            open = server.connect();
            identity = server.identity();
            connection = open;
        }
        return open;
    }

    private String identity() {
        connection();
        return identity;
    }

    /** Turns to the next server, after a moment. */
    void moveOn() {
        close();
        at = (at + 1) % servers.size();
        LockSupport.parkNanos(PAUSE_AFTER_FAILURE.toNanos());
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
