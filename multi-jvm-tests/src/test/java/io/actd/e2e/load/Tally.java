package io.actd.e2e.load;

import com.google.protobuf.Message;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicInteger;

/** Records what becomes of a flood's requests, and counts. */
final class Tally implements Flood.Listener {
    private final Recording recording;
    private final int client;
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    Tally(Recording recording, int client) {
        this.recording = recording;
        this.client = client;
    }

    @Override
    public void answered(String server, Message request, long begin, Message response) {
        recording.answered(client, server, request, begin, response);
        answered.incrementAndGet();
    }

    @Override
    public void failed(String server, Message request, long begin, Status status) {
        if (recording.failed(client, server, request, begin, status) == Outcome.REFUSED) {
            refused.incrementAndGet();
        }
    }

    /** What came of so many requests in this time. */
    Pace pace(int sent, long nanos) {
        return new Pace(answered.get(), refused.get(), sent, nanos);
    }
}
