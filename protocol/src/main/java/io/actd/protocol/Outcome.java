package io.actd.protocol;

import com.google.protobuf.Message;

/** How a request ended: an answer, or a refusal that changed nothing. */
public sealed interface Outcome {
    /** @param response complete, header included */
    record Ok(Message response) implements Outcome {}

    /** @param refusal why; the request had no effect */
    record Refused(Refusal refusal) implements Outcome {}

    static Outcome ok(Message response) {
        return new Ok(response);
    }

    static Outcome refused(Refusal refusal) {
        return new Refused(refusal);
    }
}
