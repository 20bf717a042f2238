package io.actd.e2e.differential;

import com.google.protobuf.Message;
import io.actd.check.KeyRange;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.NewerFields;
import io.actd.e2e.server.Target;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.HashKVRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseTimeToLiveResponse;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** Plays one random sequence to two fresh servers and stops at the first difference that is not known. */
public final class Differential {
    private static final int REMEMBERED_STEPS = 8;
    private static final int TTL_TOLERANCE_SECONDS = 2;
    private static final long WATCH_TIMEOUT_NANOS = 10_000_000_000L;

    private final long seed;
    private final Side etcd;
    private final Side actd;
    private final StoreView store = new StoreView();
    private final Deque<String> lastSteps = new ArrayDeque<>();
    private int explained;

    private Differential(long seed, Side etcd, Side actd) {
        this.seed = seed;
        this.etcd = etcd;
        this.actd = actd;
    }

    /**
     * What came of a run.
     *
     * @param explained how many differences the table of known ones explains
     * @param difference the first one it does not explain, told in full
     */
    public record Result(long seed, int steps, int explained, Optional<String> difference) {
        Result with(String more) {
            return new Result(seed, steps, explained, difference.map(text -> text + "\n" + more));
        }
    }

    /** Compares two servers with empty stores by so many random steps. */
    public static Result run(long seed, int steps, String etcdEndpoint, String actdEndpoint) {
        try (Side etcd = new Side(etcdEndpoint);
                Side actd = new Side(actdEndpoint)) {
            return new Differential(seed, etcd, actd).run(steps);
        }
    }

    private Result run(int steps) {
        Generator generator = new Generator(seed, store);
        for (int i = 0; i < steps; i++) {
            Optional<String> difference = playSafely(generator.next());
            if (difference.isPresent()) {
                return new Result(seed, i, explained, Optional.of(story(i, difference.get())));
            }
        }
        for (Step last : finalSteps()) {
            Optional<String> difference = playSafely(last);
            if (difference.isPresent()) {
                return new Result(seed, steps, explained, Optional.of(story(steps, difference.get())));
            }
        }
        return new Result(seed, steps, explained, Optional.empty());
    }

    private static List<Step> finalSteps() {
        PutRequest put = PutRequest.newBuilder()
                .setKey(EtcdClient.bytes("a"))
                .setValue(EtcdClient.bytes("last"))
                .build();
        RangeRequest all = RangeRequest.newBuilder()
                .setKey(KeyRange.ZERO)
                .setRangeEnd(KeyRange.ZERO)
                .build();
        return List.of(
                new Step.Call<>(KVGrpc.getPutMethod(), put),
                new Step.AwaitWatches(),
                new Step.Call<>(KVGrpc.getRangeMethod(), all),
                new Step.Call<>(NewerFields.LEASE_LEASES, StatusRequest.getDefaultInstance()),
                new Step.Call<>(MaintenanceGrpc.getHashKVMethod(), HashKVRequest.getDefaultInstance()));
    }

    private Optional<String> playSafely(Step step) {
        try {
            return play(step);
        } catch (RuntimeException | AssertionError e) {
            return Optional.of("  no answer: " + e);
        }
    }

    private Optional<String> play(Step step) {
        lastSteps.add(step.toString());
        if (lastSteps.size() > REMEMBERED_STEPS) {
            lastSteps.remove();
        }
        if (step instanceof Step.AwaitWatches) {
            return awaitWatches();
        }
        boolean crashesEtcd = KnownDifferences.anyCrashesEtcd(step);
        if (crashesEtcd && Target.underTest() == Target.ETCD) {
            return Optional.empty();
        }
        CompletableFuture<Outcome> first =
                crashesEtcd ? CompletableFuture.completedFuture(new Outcome.NotAsked()) : etcd.start(step);
        CompletableFuture<Outcome> second = actd.start(step);
        Outcome ofEtcd = first.join();
        Outcome ofActd = second.join();
        store.learn(step, ofEtcd);
        if (equal(step, ofEtcd, ofActd)) {
            return Optional.empty();
        }
        if (KnownDifferences.anyExplains(step, ofEtcd, ofActd)) {
            explained++;
            return Optional.empty();
        }
        return Optional.of("  etcd: " + ofEtcd + "\n  actd: " + ofActd);
    }

    private static boolean equal(Step step, Outcome etcd, Outcome actd) {
        if (actd instanceof Outcome.Failure failure && failure.code() == Status.Code.UNAVAILABLE) {
            return false; // also if both are gone
        }
        if (etcd instanceof Outcome.Answer one && actd instanceof Outcome.Answer other) {
            Message request =
                    switch (step) {
                        case Step.Call<?, ?> call -> call.request();
                        case Step.OpenWatch open -> open.request();
                        default -> one.message();
                    };
            Message canonical = Canonical.of(request, one.message());
            return canonical.equals(sameTtl(canonical, Canonical.of(request, other.message())));
        }
        return etcd.equals(actd);
    }

    private static Message sameTtl(Message etcd, Message actd) {
        return etcd instanceof LeaseTimeToLiveResponse one
                        && actd instanceof LeaseTimeToLiveResponse other
                        && one.getTTL() > 0
                        && Math.abs(one.getTTL() - other.getTTL()) <= TTL_TOLERANCE_SECONDS
                ? other.toBuilder().setTTL(one.getTTL()).build()
                : actd;
    }

    private Optional<String> awaitWatches() {
        List<Event> log = etcd.log(store.revision());
        long deadline = System.nanoTime() + WATCH_TIMEOUT_NANOS;
        for (StoreView.Watcher watcher : store.all()) {
            while (!sameEvents(watcher, watcher.expected(log))) {
                if (System.nanoTime() > deadline) {
                    return Optional.of(Differences.ofEvents(
                            watcher, watcher.expected(log), etcd.answers(watcher.id()), actd.answers(watcher.id())));
                }
                LockSupport.parkNanos(1_000_000);
            }
            Optional<String> split = splitRevision(watcher.id());
            if (split.isPresent()) {
                return split;
            }
        }
        return Optional.empty();
    }

    private boolean sameEvents(StoreView.Watcher watcher, List<Event> expected) {
        List<Event> ofEtcd = etcd.events(watcher.id());
        List<Event> ofActd = actd.events(watcher.id());
        List<WatchResponse> endOfEtcd = ends(etcd.answers(watcher.id()));
        boolean sameEnd = endOfEtcd.equals(ends(actd.answers(watcher.id())))
                && endOfEtcd.isEmpty() != (watcher.isDoomed() || store.isCancelled(watcher));
        if (!sameEnd || store.isCancelled(watcher)) {
            return sameEnd && oneBeginsWithOther(watcher, ofEtcd, ofActd);
        }
        List<Event> plainOfEtcd = withoutPrevious(ofEtcd);
        if (!plainOfEtcd.equals(expected)) {
            return KnownDifferences.anyExplainsEvents(watcher, plainOfEtcd, expected)
                    && (withoutPrevious(ofActd).equals(expected)
                            || (Target.underTest() == Target.ETCD && ofActd.equals(ofEtcd)));
        }
        return ofActd.equals(ofEtcd);
    }

    private static List<Event> withoutPrevious(List<Event> events) {
        return events.stream().map(Differences::withoutPrevious).toList();
    }

    /** A watcher may have been cancelled before it had caught up with the past, earlier on one side. */
    private static boolean oneBeginsWithOther(StoreView.Watcher watcher, List<Event> etcd, List<Event> actd) {
        List<Event> one = withoutRevision(watcher.compactedAtOpening(), etcd); // spec C-4
        List<Event> other = withoutRevision(watcher.compactedAtOpening(), actd);
        boolean wantsPrevious = watcher.request().getPrevKv();
        int common = Math.min(one.size(), other.size());
        for (int i = 0; i < common; i++) {
            boolean excused = wantsPrevious && KnownDifferences.losesPrevious(one.get(i), other.get(i));
            if (!excused && !one.get(i).equals(other.get(i))) return false;
        }
        return true;
    }

    private static List<Event> withoutRevision(long revision, List<Event> events) {
        return events.stream()
                .filter(event -> event.getKv().getModRevision() != revision)
                .toList();
    }

    private static List<WatchResponse> ends(List<WatchResponse> answers) {
        return answers.stream()
                .filter(WatchResponse::getCanceled)
                .map(answer -> (WatchResponse) Canonical.of(answer, answer))
                .toList();
    }

    /** Spec W-15, W-16: a revision is whole, and the header is not older than the events. */
    private Optional<String> splitRevision(Step.WatcherId watcher) {
        long last = 0;
        for (WatchResponse answer : actd.answers(watcher)) {
            List<Event> events = answer.getEventsList();
            if (!events.isEmpty()) {
                long from = events.get(0).getKv().getModRevision();
                long to = events.get(events.size() - 1).getKv().getModRevision();
                if (from <= last || answer.getHeader().getRevision() < to) {
                    return Optional.of(
                            "  " + watcher + " after revision " + last + " got " + Differences.oneLine(answer));
                }
                last = to;
            }
        }
        return Optional.empty();
    }

    private String story(int step, String difference) {
        List<String> earlier = new ArrayList<>(lastSteps);
        String failing = earlier.remove(earlier.size() - 1);
        return "seed " + seed + " differs at step " + step + " (store at " + store.revision() + ", compacted "
                + store.compacted() + ")\n  " + failing + "\n" + difference + "\n  before:\n    "
                + String.join("\n    ", earlier) + "\n  replay: multi-jvm-tests/differential --seed " + seed
                + " --ops " + (step + 1);
    }
}
