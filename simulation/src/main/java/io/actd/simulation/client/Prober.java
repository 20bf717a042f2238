package io.actd.simulation.client;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.PutRequest;
import io.actd.simulation.cluster.Machine;
import io.actd.simulation.thread.RunQueue;
import java.util.SplittableRandom;

/** Puts at one member until that succeeds once, each time another value. */
public final class Prober {
    private static final long PATIENCE_NANOS = 2_000_000_000L;
    private static final long PAUSE_NANOS = 200_000_000L;

    private final int number;
    private final Machine machine;
    private final PutRequest put;
    private final Recorder recorder;
    private final RunQueue queue;
    private final Calls calls;
    private int attempts;
    private boolean succeeded;

    public Prober(
            int number, Machine machine, PutRequest put, Recorder recorder, RunQueue queue, SplittableRandom random) {
        this.number = number;
        this.machine = machine;
        this.put = put;
        this.recorder = recorder;
        this.queue = queue;
        this.calls = Calls.of("p-" + machine.name(), queue, random);
    }

    public void start() {
        attempts++;
        var value = put.getValue().concat(ByteString.copyFromUtf8(" no. " + attempts));
        var request = put.toBuilder().setValue(value).build();
        long begun = queue.now();
        calls.call(machine, request, PATIENCE_NANOS, answer -> {
            recorder.ended(number, machine.name(), request, begun, answer);
            succeeded = answer instanceof Answer.Ok;
            if (!succeeded) calls.process().after(PAUSE_NANOS, "again", this::start);
        });
    }

    public boolean succeeded() {
        return succeeded;
    }
}
