package io.actd.e2e.differential;

import com.google.protobuf.Message;
import io.grpc.Status;

/** How a server answered a step. */
sealed interface Outcome {

    /** An answer. */
    record Answer(Message message) implements Outcome {
        @Override
        public String toString() {
            return Differences.oneLine(message);
        }
    }

    /** The step would crash this server. */
    record NotAsked() implements Outcome {}

    /** An error status. */
    record Failure(Status.Code code, String text) implements Outcome {
        static Failure of(Status status) {
            String description = status.getDescription();
            return new Failure(status.getCode(), description == null ? "" : description);
        }
    }
}
