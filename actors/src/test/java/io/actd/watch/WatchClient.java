package io.actd.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.protocol.Refusal;
import io.actd.protocol.api.WatchCancelRequest;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchProgressRequest;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** A client at the far end of one Watch RPC. It may stop reading for a while. */
final class WatchClient implements WatchOutlet {
    final BlockingQueue<WatchResponse> inbox = new LinkedBlockingQueue<>();
    final BlockingQueue<Refusal> failures = new LinkedBlockingQueue<>();
    final AtomicInteger accepted = new AtomicInteger();
    private volatile @Nullable ActorRef<WatchStream.Command> stream;
    private boolean reading = true;
    private @Nullable List<WatchResponse> unread;

    @Override
    public synchronized void send(List<WatchResponse> responses) {
        if (unread != null) throw new AssertionError("a second batch before Delivered");
        unread = responses;
        if (reading) read();
    }

    @Override
    public void fail(Refusal refusal) {
        failures.add(refusal);
    }

    void attach(ActorRef<WatchStream.Command> opened) {
        stream = opened;
    }

    void tell(WatchStream.Command command) {
        Objects.requireNonNull(stream, "not open yet").tell(command);
    }

    synchronized void stopReading() {
        reading = false;
    }

    synchronized void startReading() {
        reading = true;
        if (unread != null) read();
    }

    /** Takes one batch and stops again. */
    synchronized void readOnce() {
        if (unread != null) read();
    }

    private void read() {
        inbox.addAll(Objects.requireNonNull(unread));
        unread = null;
        tell(WatchStream.Delivered.INSTANCE);
    }

    void request(WatchRequest.Builder request) {
        tell(new WatchStream.Request(request.build(), accepted::incrementAndGet));
    }

    static WatchCreateRequest.Builder watch(String key) {
        return WatchCreateRequest.newBuilder().setKey(WatchWorld.bytes(key));
    }

    static WatchCreateRequest.Builder watch(String key, String end) {
        return watch(key).setRangeEnd(WatchWorld.bytes(end));
    }

    void create(WatchCreateRequest.Builder create) {
        request(WatchRequest.newBuilder().setCreateRequest(create));
    }

    /** Creates a watch and returns its created answer. */
    WatchResponse created(WatchCreateRequest.Builder create) {
        create(create);
        var answer = next();
        assertTrue(answer.getCreated(), () -> "expected a created answer: " + answer);
        assertFalse(answer.getCanceled(), () -> "refused: " + answer);
        return answer;
    }

    void cancel(long id) {
        request(WatchRequest.newBuilder()
                .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id)));
    }

    void askProgress() {
        request(WatchRequest.newBuilder().setProgressRequest(WatchProgressRequest.getDefaultInstance()));
    }

    void close() {
        tell(WatchStream.Closed.INSTANCE);
    }

    WatchResponse next() {
        try {
            var answer = inbox.poll(10, TimeUnit.SECONDS);
            if (answer == null) throw new AssertionError("no answer");
            return answer;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The next answer carries exactly these, written as {@code PUT key@revision} or {@code DELETE key@revision}. */
    WatchResponse expect(long id, String... events) {
        var answer = next();
        assertEquals(id, answer.getWatchId(), answer::toString);
        assertEquals(List.of(events), texts(answer));
        return answer;
    }

    /**
     * Nothing was sent but what was read: shown by a request whose answer would come after it. Needs a stream that is
     * not full.
     */
    void expectNothing() {
        create(watch("x").setStartRevision(-1));
        var answer = next();
        assertEquals(WatchSpec.NO_ID, answer.getWatchId(), () -> "expected nothing: " + answer);
        assertTrue(answer.getCreated() && answer.getCanceled(), () -> "expected nothing: " + answer);
    }

    /** Reads event answers until one holds the revision; all events so far, in the order of arrival. */
    List<Event> eventsUpTo(long revision) {
        var events = new ArrayList<Event>();
        while (events.isEmpty() || events.getLast().getKv().getModRevision() < revision) {
            events.addAll(next().getEventsList());
        }
        return events;
    }

    static List<String> texts(WatchResponse answer) {
        return answer.getEventsList().stream().map(WatchClient::text).toList();
    }

    static String text(Event event) {
        return event.getType() + " " + event.getKv().getKey().toStringUtf8() + "@"
                + event.getKv().getModRevision();
    }
}
