package io.actd.api.service;

import io.actd.api.rpc.UnaryCall;
import io.actd.member.ReadTask;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import java.util.function.Supplier;

/** A read of the applied state whose outcome answers a call. */
record StateRead(UnaryCall call, Supplier<Outcome> read) implements ReadTask, Runnable {
    @Override
    public void run() {
        try {
            call.done(read.get());
        } catch (RuntimeException e) {
            call.broken(e);
        }
    }

    @Override
    public void refused(Refusal refusal) {
        call.refuse(refusal);
    }
}
