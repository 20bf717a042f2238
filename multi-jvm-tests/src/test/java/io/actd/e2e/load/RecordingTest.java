package io.actd.e2e.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.check.Operation;
import io.actd.protocol.api.PutRequest;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordingTest {
    private static final PutRequest PUT = PutRequest.getDefaultInstance();

    private final Recording recording = new Recording();

    private Outcome failed(Status status) {
        return recording.failed(0, "m1", PUT, System.nanoTime(), status);
    }

    @Test
    void putThatFindsNoSpace_isRefused_andNotAnswered() {
        Status noSpace = Status.RESOURCE_EXHAUSTED.withDescription("etcdserver: mvcc: database space exceeded");
        assertEquals(Outcome.REFUSED, failed(noSpace));
        assertEquals(
                List.of(new Operation.Refused("etcdserver: mvcc: database space exceeded")),
                recording.operations().stream().map(Operation::outcome).toList());
        assertEquals(0, recording.writesSinceMark());
    }

    @Test
    void putThatTookTooLong_mayHaveBeenDone() {
        assertEquals(Outcome.UNKNOWN, failed(Status.DEADLINE_EXCEEDED));
        assertEquals(1, recording.operations().size());
    }
}
