package io.actd.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.protobuf.ByteString;
import io.actd.backend.BufferedBackend;
import io.actd.backend.MemoryBackend;
import io.actd.member.MemberMetrics;
import io.actd.mvcc.KeyRange;
import io.actd.mvcc.MvccStore;
import io.actd.mvcc.RevisionEvents;
import io.actd.mvcc.WriteTxn;
import io.actd.protocol.api.ResponseHeader;
import io.actd.world.Clock;
import io.actd.world.Disk;
import io.actd.world.Failpoints;
import io.actd.world.World;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A hub on a real store in memory. The calling thread plays the applier: it writes, publishes, and only then returns, as
 * the applier publishes before it answers.
 */
final class WatchWorld implements AutoCloseable {
    static final Duration PROGRESS = Duration.ofSeconds(10);
    static final WatchSettings SETTINGS =
            new WatchSettings(PROGRESS, 2 << 20, 128, 4 << 20, 128, 1 << 20, 1024, 2 << 20, 1000, 1 << 20);

    private final ActorTestKit kit = ActorTestKit.create(ManualTime.config());
    final ManualTime time = ManualTime.get(kit.system());
    final Counts counts = new Counts();
    final MvccStore store;
    final ActorRef<WatchHub.Command> hub;
    private final List<RevisionEvents> unpublished = new ArrayList<>();
    private final BufferedBackend backend;
    private boolean publishing = true;

    /** The census as the hub last reported it. */
    static final class Counts implements MemberMetrics {
        volatile int watchers;
        volatile int slow;
        volatile int streams;

        @Override
        public void watchers(int watchers, int slowWatchers, int streams) {
            this.watchers = watchers;
            this.slow = slowWatchers;
            this.streams = streams;
        }
    }

    WatchWorld() {
        this(SETTINGS, Runnable::run);
    }

    WatchWorld(WatchSettings settings, Executor blocking) {
        var failpoints = new Failpoints();
        var world = new World(Clock.system(), noDisk(), new SplittableRandom(1), failpoints);
        backend = new BufferedBackend(new MemoryBackend(), failpoints);
        store = MvccStore.load(backend, world, (key, lease) -> {});
        var source = new WatchSource(() -> store, WatchWorld::header, blocking);
        hub = kit.spawn(WatchHub.create(source, settings, counts), "hub");
    }

    private static Disk noDisk() {
        return (Disk) Proxy.newProxyInstance(
                WatchWorld.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    throw new AssertionError("the store used the disk: " + method);
                });
    }

    static ResponseHeader header(long revision) {
        return ResponseHeader.newBuilder()
                .setClusterId(9)
                .setMemberId(7)
                .setRaftTerm(3)
                .setRevision(revision)
                .build();
    }

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    /** Opens a Watch RPC. */
    WatchClient open() {
        var client = new WatchClient();
        var opened = new CompletableFuture<ActorRef<WatchStream.Command>>();
        hub.tell(new WatchHub.Open(client, opened));
        client.attach(opened.orTimeout(10, TimeUnit.SECONDS).join());
        return client;
    }

    /** Writes at one revision, and publishes unless told not to. Returns the store revision. */
    long write(Consumer<WriteTxn> changes) {
        var txn = store.write();
        changes.accept(txn);
        var events = List.copyOf(txn.events());
        long revision = txn.end();
        if (!events.isEmpty()) unpublished.add(new RevisionEvents(revision, events));
        if (publishing) publish();
        return revision;
    }

    long put(String key, String value) {
        return write(txn -> txn.put(bytes(key), bytes(value), 0));
    }

    long delete(String key) {
        return write(txn -> txn.delete(KeyRange.of(bytes(key), ByteString.EMPTY)));
    }

    void puts(int count) {
        for (int i = 0; i < count; i++) put("k" + i % 10, "v" + i);
    }

    void compact(long revision) {
        assertNull(store.compact(revision));
    }

    /** Removes what the accepted compaction does not keep. */
    void removeCompacted() {
        var flush = backend.beginFlush();
        if (flush != null) flush.run();
        for (var run = store.compactionRun(); run != null; run = store.compactionRun()) {
            while (run.step(100)) {}
        }
    }

    /** From now on writes are readable but the hub does not hear of them. */
    void holdBack() {
        publishing = false;
    }

    /** Publishes what was held back, as one batch. */
    void publish() {
        publishing = true;
        if (!unpublished.isEmpty()) hub.tell(new WatchHub.Published(List.copyOf(unpublished)));
        unpublished.clear();
    }

    /** What was held back reaches this store by a snapshot. */
    void restore() {
        publishing = true;
        unpublished.clear();
        restored(store.revision());
    }

    /** The hub hears only now that the store once came by a snapshot. */
    void restored(long revision) {
        hub.tell(new WatchHub.Restored(revision));
    }

    void awaitCensus(int watchers, int slow, int streams) {
        await(() -> counts.watchers == watchers && counts.slow == slow && counts.streams == streams);
        assertEquals(streams, counts.streams);
    }

    void await(BooleanSupplier condition) {
        kit.createTestProbe().awaitAssert(Duration.ofSeconds(10), () -> {
            if (!condition.getAsBoolean()) {
                throw new AssertionError("still " + counts.watchers + " watchers, " + counts.slow + " slow, "
                        + counts.streams + " streams");
            }
            return null;
        });
    }

    void stopHub() {
        kit.stop(hub);
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
        backend.close();
    }
}
