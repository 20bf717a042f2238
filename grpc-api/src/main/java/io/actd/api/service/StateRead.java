package io.actd.api.service;

import io.actd.api.rpc.UnaryCall;
import io.actd.member.ReadTask;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import java.util.function.Supplier;

/**
 * A read of the applied state whose outcome answers a call.
 *
 * @param timed told how long the read took
 */
record StateRead(UnaryCall call, Supplier<Outcome> read, Timed timed) implements ReadTask, Runnable {
    /** Who wants to know. */
    interface Timed {
        void took(boolean success, long nanos);
    }

    /** One whose time is of no interest. */
    StateRead(UnaryCall call, Supplier<Outcome> read) {
        this(call, read, (success, nanos) -> {});
    }

    @Override
    public void run() {
        try {
            long begun = System.nanoTime();
            var outcome = read.get();
            timed.took(outcome instanceof Outcome.Ok, System.nanoTime() - begun);
            call.done(outcome);
        } catch (RuntimeException e) {
            call.broken(e);
        }
    }

    @Override
    public void refused(Refusal refusal) {
        call.refuse(refusal);
    }
}
