package io.actd.e2e.crash;

import com.google.protobuf.Message;
import io.actd.check.Operation;
import io.actd.e2e.client.EtcdClient;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Calls on behalf of clients and keeps what each saw; safe for use by many threads. */
final class Recorder {
    /** Codes the server uses only for what it did not execute. */
    private static final Set<Status.Code> REFUSALS = Set.of(
            Status.Code.INVALID_ARGUMENT,
            Status.Code.NOT_FOUND,
            Status.Code.FAILED_PRECONDITION,
            Status.Code.OUT_OF_RANGE);

    private final List<Operation> operations = new ArrayList<>(); // guarded by this
    private int answered; // guarded by this

    /** Calls and records; false if the outcome is unknown, after which the connection is of no more use. */
    <Q extends Message, R extends Message> boolean call(
            int client, EtcdClient connection, MethodDescriptor<Q, R> method, Q request) {
        long call = System.nanoTime();
        try {
            R response = connection.call(method, request);
            long end = System.nanoTime();
            add(Operation.answered(client, Ours.of(request), call, end, Ours.of(response)));
            return true;
        } catch (StatusRuntimeException e) {
            if (REFUSALS.contains(e.getStatus().getCode())) {
                String why = Optional.ofNullable(e.getStatus().getDescription()).orElse("");
                add(new Operation(client, "", Ours.of(request), call, System.nanoTime(), new Operation.Refused(why)));
                return true;
            }
            add(Operation.unknown(client, Ours.of(request), call));
            return false;
        }
    }

    private synchronized void add(Operation operation) {
        operations.add(operation);
        if (operation.outcome() instanceof Operation.Answered) {
            answered++;
        }
    }

    synchronized int answered() {
        return answered;
    }

    synchronized List<Operation> operations() {
        return List.copyOf(operations);
    }
}
