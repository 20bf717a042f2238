package io.actd.e2e.load;

import io.actd.check.History;
import io.actd.check.KeyRange;
import io.actd.e2e.Await;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.Rpc;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchCreateRequest.FilterType;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A watch that resumes behind what it has seen whenever it breaks (spec W-30), at the next of its servers; where the store
 * begins if that was compacted meanwhile.
 */
final class ResumingWatch {
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(50);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final List<? extends Server> servers;
    private final WatchCreateRequest wanted;
    private final Consumer<Event> onEvent;
    private final List<Attempt> attempts = new ArrayList<>(); // guarded by itself
    private volatile long lastRevision;

    /**
     * The consumer hears each event as it comes, on the connection's thread.
     *
     * @param wanted begins at a revision
     */
    ResumingWatch(List<? extends Server> servers, WatchCreateRequest wanted, Consumer<Event> onEvent) {
        this.servers = servers;
        this.wanted = wanted;
        this.lastRevision = wanted.getStartRevision() - 1;
        this.onEvent = onEvent;
    }

    /** Watches until told to end. */
    void run(BooleanSupplier ended) {
        for (int i = 0; !ended.getAsBoolean(); i++) {
            try (EtcdClient connection = servers.get(i % servers.size()).connect()) {
                Attempt attempt = new Attempt(lastRevision + 1);
                synchronized (attempts) {
                    attempts.add(attempt);
                }
                attempt.run(connection, ended);
            }
            LockSupport.parkNanos(PAUSE_AFTER_FAILURE.toNanos());
        }
    }

    /** The newest revision seen or vouched for, or the one it began behind. */
    long lastRevision() {
        return lastRevision;
    }

    /** Waits until it has seen every event of this log that is its own. */
    void awaitAllOf(List<Event> log, Duration patience) {
        long last = log.stream()
                .filter(event -> KeyRange.contains(
                        wanted.getKey(), wanted.getRangeEnd(), event.getKv().getKey()))
                .filter(event -> event.getType() == Event.EventType.PUT ? puts() : deletes())
                .mapToLong(event -> event.getKv().getModRevision())
                .max()
                .orElse(1);
        Await.until(
                "revision " + last + " on a watch of " + wanted.getKey().toStringUtf8() + " at "
                        + servers.stream().map(Server::identity).toList(),
                patience,
                () -> lastRevision >= last);
    }

    private boolean puts() {
        return !wanted.getFiltersList().contains(FilterType.NOPUT);
    }

    private boolean deletes() {
        return !wanted.getFiltersList().contains(FilterType.NODELETE);
    }

    /** Each connection's part, for the checker; those without an answer say nothing. */
    List<History.Watch> parts() {
        synchronized (attempts) {
            return attempts.stream()
                    .map(Attempt::part)
                    .filter(part -> !part.answers().isEmpty())
                    .toList();
        }
    }

    /** All events seen, in the order they came. */
    List<Event> events() {
        return parts().stream()
                .flatMap(part -> part.responses().stream())
                .flatMap(answer -> answer.getEventsList().stream())
                .toList();
    }

    /** One connection. */
    private final class Attempt extends ClientCall.Listener<WatchResponse> {
        private final long from;
        private final CountDownLatch over = new CountDownLatch(1);
        private final List<History.Answer> answers = new ArrayList<>(); // guarded by itself
        private volatile boolean left; // what comes after that belongs to nobody

        Attempt(long from) {
            this.from = from;
        }

        void run(EtcdClient connection, BooleanSupplier ended) {
            ClientCall<WatchRequest, WatchResponse> call = connection.channel().newCall(Rpc.WATCH, CallOptions.DEFAULT);
            call.start(this, new Metadata());
            call.request(Integer.MAX_VALUE);
            call.sendMessage(WatchRequest.newBuilder()
                    .setCreateRequest(wanted.toBuilder().setStartRevision(from))
                    .build());
            while (over.getCount() > 0 && !ended.getAsBoolean()) {
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            }
            leave();
            call.cancel("watched enough", null);
        }

        private void leave() {
            synchronized (answers) {
                left = true;
            }
        }

        @Override
        public void onMessage(WatchResponse answer) {
            synchronized (answers) {
                if (left) {
                    return;
                }
                answers.add(new History.Answer(System.nanoTime(), answer));
                answer.getEventsList().forEach(onEvent);
                if (answer.getEventsCount() > 0) {
                    lastRevision = answer.getEvents(answer.getEventsCount() - 1)
                            .getKv()
                            .getModRevision();
                } else if (answer.getCompactRevision() > 0) {
                    lastRevision = Math.max(lastRevision, answer.getCompactRevision() - 1);
                } else if (!answer.getCreated() && !answer.getCanceled()) { // a progress note
                    lastRevision = Math.max(lastRevision, answer.getHeader().getRevision());
                }
                if (answer.getCanceled()) {
                    over.countDown();
                }
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            over.countDown();
        }

        History.Watch part() {
            synchronized (answers) {
                return new History.Watch(
                        wanted.getKey(), wanted.getRangeEnd(), from, puts(), deletes(), wanted.getPrevKv(), answers);
            }
        }
    }
}
