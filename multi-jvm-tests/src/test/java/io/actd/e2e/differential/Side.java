package io.actd.e2e.differential;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.Message;
import io.actd.e2e.Await;
import io.actd.e2e.client.DuplexStream;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.WatchStream;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** One of the two servers: a connection and some watch streams. */
final class Side implements AutoCloseable {
    static final int STREAMS = 3;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final EtcdClient client;
    private final List<WatchStream> streams = new ArrayList<>();
    private final WatchStream log;
    private final int[] created = new int[STREAMS];
    private final int[] sorted = new int[STREAMS]; // how many answers of each stream are in byWatcher
    private final Map<Step.WatcherId, List<WatchResponse>> byWatcher = new HashMap<>();

    Side(String endpoint) {
        client = EtcdClient.connect(endpoint);
        for (int i = 0; i < STREAMS; i++) {
            streams.add(client.watch());
        }
        log = client.watch();
        log.createForAll(1);
    }

    /** Starts the step; unary calls run while the other side works. */
    CompletableFuture<Outcome> start(Step step) {
        return switch (step) {
            case Step.Call<?, ?> call -> call(call);
            case Step.OpenWatch open -> CompletableFuture.completedFuture(open(open));
            case Step.CancelWatch cancel -> CompletableFuture.completedFuture(cancel(cancel.watcher()));
            case Step.KeepAlive keepAlive ->
                CompletableFuture.completedFuture(new Outcome.Answer(client.keepAliveOnce(keepAlive.lease())));
            case Step.GrantAndRevoke grant -> CompletableFuture.completedFuture(grantAndRevoke(grant.ttl()));
            case Step.AwaitWatches await -> throw new IllegalArgumentException("for both sides at once");
        };
    }

    private <Q extends Message, R extends Message> CompletableFuture<Outcome> call(Step.Call<Q, R> call) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Futures.addCallback(
                client.send(call.method(), call.request()),
                new FutureCallback<R>() {
                    @Override
                    public void onSuccess(R answer) {
                        outcome.complete(new Outcome.Answer(answer));
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        outcome.complete(Outcome.Failure.of(Status.fromThrowable(failure)));
                    }
                },
                MoreExecutors.directExecutor());
        return outcome;
    }

    private Outcome open(Step.OpenWatch open) {
        WatchStream stream = streams.get(open.stream());
        int before = created[open.stream()]++;
        stream.create(open.request());
        List<WatchResponse> answers = awaitAnswers(stream.stream(), WatchResponse::getCreated, before + 1);
        return new Outcome.Answer(answers.get(before));
    }

    private Outcome cancel(Step.WatcherId watcher) {
        WatchStream stream = streams.get(watcher.stream());
        stream.cancel(watcher.id());
        return new Outcome.Answer(awaitAnswers(stream.stream(), answer -> isEnd(answer, watcher), 1)
                .get(0));
    }

    private static boolean isEnd(WatchResponse answer, Step.WatcherId watcher) {
        return answer.getCanceled() && !answer.getCreated() && answer.getWatchId() == watcher.id();
    }

    private static List<WatchResponse> awaitAnswers(
            DuplexStream<?, WatchResponse> stream, Predicate<WatchResponse> property, int howMany) {
        return Await.value("watch answer", TIMEOUT, () -> {
            List<WatchResponse> found =
                    stream.answers().stream().filter(property).toList();
            return found.size() >= howMany ? Optional.of(found) : Optional.empty();
        });
    }

    private Outcome grantAndRevoke(long ttl) {
        LeaseGrantResponse granted = client.call(
                LeaseGrpc.getLeaseGrantMethod(),
                LeaseGrantRequest.newBuilder().setTTL(ttl).build());
        if (granted.getID() <= 0) {
            return new Outcome.Failure(Status.Code.INTERNAL, "chose id " + granted.getID()); // spec L-1
        }
        client.call(
                LeaseGrpc.getLeaseRevokeMethod(),
                LeaseRevokeRequest.newBuilder().setID(granted.getID()).build());
        return new Outcome.Answer(granted.toBuilder().clearID().build());
    }

    /** All events up to this revision, as soon as they have come. */
    List<Event> log(long revision) {
        return Await.value("log up to " + revision, TIMEOUT, () -> {
            List<Event> events = log.events(0);
            long last =
                    events.isEmpty() ? 1 : events.get(events.size() - 1).getKv().getModRevision();
            return last >= revision ? Optional.of(events) : Optional.empty();
        });
    }

    /** All answers to one watcher so far, without those to create and cancel requests. */
    List<WatchResponse> answers(Step.WatcherId watcher) {
        for (int stream = 0; stream < STREAMS; stream++) {
            List<WatchResponse> fresh = streams.get(stream).stream().answersFrom(sorted[stream]);
            sorted[stream] += fresh.size();
            for (WatchResponse answer : fresh) {
                if (!answer.getCreated()) {
                    byWatcher
                            .computeIfAbsent(new Step.WatcherId(stream, answer.getWatchId()), key -> new ArrayList<>())
                            .add(answer);
                }
            }
        }
        return byWatcher.getOrDefault(watcher, List.of());
    }

    /** All events of one watcher so far. */
    List<Event> events(Step.WatcherId watcher) {
        return answers(watcher).stream()
                .flatMap(answer -> answer.getEventsList().stream())
                .toList();
    }

    @Override
    public void close() {
        streams.forEach(WatchStream::close);
        log.close();
        client.close();
    }
}
