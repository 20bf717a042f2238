package io.actd.applier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.apply.Command;
import io.actd.apply.StateMachine;
import io.actd.backend.BackendClosed;
import io.actd.backend.Bucket;
import io.actd.backend.BufferedBackend;
import io.actd.backend.Engine;
import io.actd.backend.MemoryBackend;
import io.actd.copy.StoreCopy;
import io.actd.copy.StoreDirectories;
import io.actd.lease.Lessor;
import io.actd.member.MemberMetrics;
import io.actd.member.PendingReplies;
import io.actd.member.ReadTask;
import io.actd.member.Readers;
import io.actd.mvcc.MvccStore;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.HashKVRequest;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.ResponseHeader;
import io.actd.raft.Entry;
import io.actd.watch.WatchHub;
import io.actd.world.Clock;
import io.actd.world.Failpoints;
import io.actd.world.SystemDisk;
import io.actd.world.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The applier goes on with another store, on LevelDB, while others read the old one. */
class InstallTest {
    @TempDir
    Path snap;

    private final World world = new World(Clock.system(), new SystemDisk(), new SplittableRandom(1), new Failpoints());
    private final ActorTestKit kit = ActorTestKit.create();
    private final TestProbe<Applier.Progress> owner = kit.createTestProbe();
    private final TestProbe<WatchHub.Command> hub = kit.createTestProbe();
    private final TestProbe<Lessor.Command> lessor = kit.createTestProbe();
    private final StateMachine leader = state(new BufferedBackend(new MemoryBackend(), world.failpoints()));
    private final List<Entry> log = new ArrayList<>();
    private StoreDirectories stores;
    private StateMachine state;
    private ActorRef<Applier.Command> applier;

    @BeforeEach
    void start() {
        stores = new StoreDirectories(Engine.LEVELDB, world, snap);
        state = state(new BufferedBackend(stores.open("db").engine(), world.failpoints()));
        var pace = new StoreKeeper.Pace(100, Duration.ofMillis(1));
        var files = new StoreKeeper.Files(state, stores, "db");
        var keeper = kit.spawn(
                StoreKeeper.create(files, pace, Clock.system(), MemberMetrics.NONE), StoreKeeper.dispatcher());
        applier = kit.spawn(Applier.create(new ApplierParts(
                state,
                new PendingReplies(100),
                new Readers(Runnable::run),
                owner.ref(),
                hub.ref(),
                lessor.ref(),
                keeper,
                Clock.system(),
                MemberMetrics.NONE)));
    }

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
        state.close();
    }

    private StateMachine state(BufferedBackend backend) {
        var options = new StateMachine.Options(1, 9, 0, 2);
        return StateMachine.open(backend, world, options, revision -> ResponseHeader.newBuilder()
                .setRevision(revision)
                .build());
    }

    private void write(int puts) {
        for (int i = 0; i < puts; i++) {
            var put = PutRequest.newBuilder()
                    .setKey(ByteString.copyFromUtf8("k" + log.size() % 30))
                    .setValue(ByteString.copyFromUtf8("v" + log.size()));
            var command =
                    Command.of(InternalRaftRequest.newBuilder().setPut(put).build());
            log.add(new Entry(1, log.size() + 1, Entry.Type.NORMAL, command));
            leader.apply(log.getLast());
        }
    }

    private void applyTo(int index) {
        applier.tell(new Applier.Apply(List.copyOf(log.subList((int) state.appliedIndex(), index))));
        awaitApplied(index);
    }

    private void awaitApplied(long index) {
        owner.fishForMessage(
                Duration.ofSeconds(10),
                progress -> progress instanceof Applier.AppliedTo applied && applied.index() == index
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
    }

    /** What the receiver hands over: the leader's store as it is now. */
    private ReceivedStore received() {
        var flush = leader.beginFlush();
        if (flush != null) flush.run();
        try (var copy = StoreCopy.of(leader, 9)) {
            try (var builder = stores.build(9, copy.mark())) {
                StoreCopy.Slice slice;
                do {
                    slice = copy.next();
                    builder.add(ByteBuffer.wrap(slice.bytes()), slice.last());
                } while (!slice.last());
            }
            var store = stores.open(StoreDirectories.nameOf(copy.mark().index()));
            return new ReceivedStore(store.name(), state.load(new BufferedBackend(store.engine(), world.failpoints())));
        }
    }

    private RangeResponse range() {
        var all = RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("k"))
                .setRangeEnd(ByteString.copyFromUtf8("l"))
                .build();
        var ok = assertInstanceOf(Outcome.Ok.class, state.range(all));
        return assertInstanceOf(RangeResponse.class, ok.response());
    }

    private void awaitDirectories(String... names) {
        owner.awaitAssert(Duration.ofSeconds(10), () -> {
            assertEquals(List.of(names), world.disk().list(snap));
            return null;
        });
    }

    @Test
    void installed_everybodyIsTold_andTheOldStoreGoes() {
        write(100);
        applyTo(20);
        var done = new CompletableFuture<Void>();
        applier.tell(new Applier.ReadAt(100, List.of(new ReadTask() {
            @Override
            public void run() {
                done.complete(null);
            }

            @Override
            public void refused(Refusal refusal) {
                done.completeExceptionally(new AssertionError(refusal));
            }
        })));
        applier.tell(new Applier.Install(received()));
        awaitApplied(100);
        done.orTimeout(10, TimeUnit.SECONDS).join();
        assertEquals(leader.store().revision(), state.store().revision());
        hub.fishForMessage(
                Duration.ofSeconds(10),
                message -> message.equals(new WatchHub.Restored(101))
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        awaitDirectories(StoreDirectories.nameOf(100));

        write(50);
        applyTo(150);
        assertEquals(hashKv(leader), hashKv(state));
        awaitDirectories(StoreDirectories.nameOf(100));
    }

    private static Outcome hashKv(StateMachine state) {
        return state.hashKv(HashKVRequest.getDefaultInstance());
    }

    @Test
    void readerWithAnOpenCursor_holdsTheOldStore_untilItLeaves() {
        write(100);
        applyTo(20);
        try (var view = state.flushed();
                var rows = view.scan(Bucket.KEY, new byte[0], null)) {
            applier.tell(new Applier.Install(received()));
            awaitApplied(100);
            assertEquals(30, range().getCount());
            while (rows.next()) assertNotNull(rows.value());
        }
        awaitDirectories(StoreDirectories.nameOf(100));
    }

    @Test
    void readersOnManyThreads_neverNotice() throws Exception {
        write(40);
        applyTo(40);
        var stop = new AtomicBoolean();
        var reading = new CountDownLatch(3);
        var threads = Executors.newFixedThreadPool(3);
        var readers = new ArrayList<Future<?>>();
        for (int i = 0; i < 3; i++) {
            readers.add(threads.submit(() -> {
                reading.countDown();
                while (!stop.get()) {
                    assertEquals(30, range().getCount());
                    assertInstanceOf(Outcome.Ok.class, hashKv(state));
                }
            }));
        }
        assertTrue(reading.await(20, TimeUnit.SECONDS));
        for (int install = 1; install <= 5; install++) {
            write(20);
            applier.tell(new Applier.Install(received()));
            awaitApplied(log.size());
        }
        stop.set(true);
        threads.shutdown();
        for (var reader : readers) reader.get(20, TimeUnit.SECONDS);
        awaitDirectories(StoreDirectories.nameOf(log.size()));
    }

    @Test
    void whoKeepsTheOldStore_isRefused_notCrashed() throws IOException {
        write(60);
        applyTo(20);
        MvccStore old = state.store();
        applier.tell(new Applier.Install(received()));
        awaitApplied(60);
        awaitDirectories(StoreDirectories.nameOf(60));
        var refused = assertThrows(BackendClosed.class, () -> old.history(1, old.revision(), key -> true, 10, 1000));
        assertTrue(String.valueOf(refused.getMessage()).contains("closed"));
    }
}
