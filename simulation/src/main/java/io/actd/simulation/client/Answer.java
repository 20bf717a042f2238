package io.actd.simulation.client;

import com.google.protobuf.Message;
import io.actd.protocol.Refusal;

/** What a client learns of its call. */
public sealed interface Answer {
    record Ok(Message response) implements Answer {}

    record Refused(Refusal refusal) implements Answer {}

    /** Nobody served there: surely not executed. */
    enum NotSent implements Answer {
        INSTANCE
    }

    /** The connection broke, or patience ended. */
    enum Unknown implements Answer {
        INSTANCE
    }
}
