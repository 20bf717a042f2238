package io.actd.snapshot;

import static io.actd.snapshot.TransferWorld.FAST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.copy.StoreDirectories;
import io.actd.peer.PeerMessage;
import io.actd.peer.PeerMessage.SnapshotAck;
import io.actd.peer.PeerMessage.SnapshotChunk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A copy of the store from one member to another, over a wire that loses, repeats and damages. */
class TransferTest {
    private static final SnapshotSettings IMPATIENT = new SnapshotSettings(
            200,
            4,
            1L << 40,
            Duration.ofSeconds(1),
            Duration.ofMillis(1),
            Duration.ofMillis(20),
            Duration.ofMillis(300));

    @Test
    void store_arrives_andIsInstalled() throws IOException {
        try (var world = new TransferWorld()) {
            var mark = world.write(300);
            world.begin();
            var end = world.awaitEnd();
            assertTrue(end.delivered());
            assertEquals(mark, end.mark());
            world.assertInstalls(mark);
            world.awaitReported(
                    "sending to 2", "receiving from 1", "received from 1", "sent to 2"); // operations.md §8.3
        }
    }

    @Test
    void window_isNeverExceeded() throws IOException {
        try (var world = new TransferWorld()) {
            var sent = new AtomicLong(-1);
            var wanted = new AtomicLong();
            var most = new AtomicLong();
            world.weather(message -> {
                if (message instanceof SnapshotChunk chunk) sent.accumulateAndGet(chunk.seq(), Math::max);
                if (message instanceof SnapshotAck ack) wanted.accumulateAndGet(ack.nextSeq(), Math::max);
                most.accumulateAndGet(sent.get() + 1 - wanted.get(), Math::max);
                return List.of(message);
            });
            world.write(300);
            world.begin();
            assertTrue(world.awaitEnd().delivered());
            assertTrue(most.get() <= FAST.windowChunks(), () -> "window " + most);
        }
    }

    @Test
    void pace_isKept_butALargeStoreIsReadFaster() throws IOException {
        var slow = new SnapshotSettings(
                1000,
                4,
                100_000,
                Duration.ofSeconds(8),
                Duration.ofMillis(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(20));
        long second = 1_000_000_000;
        assertEquals(10_000_000, slow.nanosPerChunk(500, second));
        assertEquals(1_000_000, slow.nanosPerChunk(8_000_000, second));
        assertEquals(160_000_000, slow.nanosPerChunk(6_000, 0));
        assertEquals(47_500_000, slow.nanosPerChunk(6_000, 500_000));
        assertEquals(47_500_000, slow.nanosPerChunk(60, 50_000));
        assertEquals(10_000_000, slow.nanosPerChunk(60, 100_000));
        assertEquals(10_000_000, slow.nanosPerChunk(0, 0));
        try (var world = new TransferWorld(slow)) {
            world.write(100);
            var chunks = new AtomicInteger();
            world.weather(message -> {
                if (message instanceof SnapshotChunk) chunks.incrementAndGet();
                return List.of(message);
            });
            long begun = System.nanoTime();
            world.begin();
            assertTrue(world.awaitEnd().delivered());
            long least = (chunks.get() - 1) * slow.nanosPerChunk(0, second);
            assertTrue(System.nanoTime() - begun >= least, () -> chunks + " chunks");
        }
    }

    /** Else who writes more within a transfer than the log may keep would never have that peer caught up. */
    @Test
    void secondTransferRightAfterTheFirst_isNotPaced() throws IOException {
        var never = new SnapshotSettings(
                1000, 4, 1, Duration.ofDays(1), Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofSeconds(20));
        try (var world = new TransferWorld(never)) {
            world.write(2); // a chunk
            world.begin();
            assertTrue(world.awaitEnd().delivered());
            var newer = world.write(300);
            world.begin();
            assertTrue(world.awaitEnd().delivered());
            world.assertInstalls(newer);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void lossesAndRepetitions_changeNothing(int seed) throws IOException {
        try (var world = new TransferWorld()) {
            var random = new Random(seed);
            world.weather(message -> {
                synchronized (random) {
                    return Collections.nCopies(random.nextInt(10) < 2 ? 0 : 1 + random.nextInt(2), message);
                }
            });
            var mark = world.write(100);
            world.begin();
            assertTrue(world.awaitEnd().delivered());
            world.assertInstalls(mark);
        }
    }

    @Test
    void bitFlippedOnTheWay_endsUndelivered_andLeavesNothing() throws IOException {
        try (var world = new TransferWorld()) {
            world.weather(onChunk(5, chunk -> {
                var bytes = chunk.bytes().toByteArray();
                bytes[17] ^= 4;
                return List.of(withBytes(chunk, bytes));
            }));
            var mark = world.write(100);
            world.begin();
            assertFalse(world.awaitEnd().delivered());
            assertInstanceOf(SnapshotReceiver.NotAtHand.class, world.open(mark));
            assertEquals(List.of("db"), world.directories());
            world.awaitReported("sending to 2", "receiving from 1", "not received from 1", "not sent to 2");

            world.weather(List::of);
            world.begin();
            assertTrue(world.awaitEnd().delivered());
            world.assertInstalls(mark);
        }
    }

    private static Function<PeerMessage, List<PeerMessage>> onChunk(
            long seq, Function<SnapshotChunk, List<PeerMessage>> then) {
        return message ->
                message instanceof SnapshotChunk chunk && chunk.seq() == seq ? then.apply(chunk) : List.of(message);
    }

    private static SnapshotChunk withBytes(SnapshotChunk c, byte[] bytes) {
        return new SnapshotChunk(
                c.from(), c.to(), c.transferId(), c.mark(), c.seq(), c.last(), ByteString.copyFrom(bytes));
    }

    @Test
    void receiverStartedAnew_endsTheTransferSoon_andTheNextArrives() throws IOException {
        try (var world = new TransferWorld()) {
            var held = new AtomicBoolean(true);
            world.weather(message -> {
                boolean late = message instanceof SnapshotChunk chunk && chunk.seq() >= 9;
                return late && held.get() ? List.of() : List.of(message);
            });
            var mark = world.write(100);
            world.begin();
            world.ended.expectNoMessage(Duration.ofMillis(100));
            world.restartReceiver();
            held.set(false);
            assertFalse(world.awaitEnd().delivered());
            world.begin();
            assertTrue(world.awaitEnd().delivered());
            world.assertInstalls(mark);
        }
    }

    @Test
    void senderStartedAnew_itsNewTransferReplacesTheOld() throws IOException {
        try (var world = new TransferWorld()) {
            var first = new ArrayList<SnapshotChunk>();
            world.weather(message -> {
                if (message instanceof SnapshotChunk chunk && chunk.seq() < 3) first.add(chunk);
                return message instanceof SnapshotChunk chunk && chunk.seq() >= 9 ? List.of() : List.of(message);
            });
            world.write(100);
            world.begin();
            world.ended.expectNoMessage(Duration.ofMillis(100));
            world.stopAll();
            world.weather(List::of);
            var mark = world.write(10);
            world.begin();
            first.forEach(world::deliver); // late
            assertTrue(world.awaitEnd().delivered());
            world.assertInstalls(mark);
        }
    }

    @Test
    void twoTransfersOnTheHeelsOfEachOther_theNewerIsInstalled() throws IOException { // D18
        try (var world = new TransferWorld()) {
            var older = world.write(100);
            world.begin();
            assertTrue(world.awaitEnd().delivered());
            var newer = world.write(10);
            world.begin();
            assertTrue(world.awaitEnd().delivered());
            assertInstanceOf(SnapshotReceiver.NotAtHand.class, world.open(older));
            assertEquals(List.of("db", StoreDirectories.nameOf(newer.index())), world.directories());
            world.assertInstalls(newer);
        }
    }

    @Test
    void newerTransferDuringInstallation_isReceivedAndInstalledNext() throws IOException { // D18
        try (var world = new TransferWorld()) {
            var older = world.write(100);
            world.begin();
            assertTrue(world.awaitEnd().delivered());
            var opened = assertInstanceOf(SnapshotReceiver.Opened.class, world.open(older));
            var newer = world.write(10);
            world.begin();
            assertTrue(world.awaitEnd().delivered());
            world.follower.install(opened.store().state()).close();
            world.assertInstalls(newer);
        }
    }

    @Test
    void whatIsAtHandAlready_isNotSentAgain() throws IOException {
        try (var world = new TransferWorld()) {
            var mark = world.write(200);
            world.begin();
            assertTrue(world.awaitEnd().delivered());
            var chunks = new AtomicInteger();
            world.weather(message -> {
                if (message instanceof SnapshotChunk) chunks.incrementAndGet();
                return List.of(message);
            });
            world.begin();
            assertTrue(world.awaitEnd().delivered());
            world.assertInstalls(mark);
            world.begin();
            assertTrue(world.awaitEnd().delivered());
            assertTrue(chunks.get() <= 4 * FAST.windowChunks(), () -> chunks + " chunks");
        }
    }

    @Test
    void peerSilent_endsUndelivered_andTheReceiverCleansUp() throws IOException {
        try (var world = new TransferWorld(IMPATIENT)) {
            world.weather(message ->
                    message instanceof SnapshotChunk chunk && chunk.seq() > 4 ? List.of() : List.of(message));
            var mark = world.write(100);
            world.begin();
            assertFalse(world.awaitEnd().delivered());
            world.kit.createTestProbe().awaitAssert(Duration.ofSeconds(10), () -> {
                assertEquals(List.of("db"), world.directories());
                return null;
            });
            assertInstanceOf(SnapshotReceiver.NotAtHand.class, world.open(mark));
        }
    }

    @Test
    void diskFull_endsUndelivered_theMemberGoesOn() throws IOException {
        try (var world = new TransferWorld()) {
            world.disk.onEveryOperation((operation, path) -> {
                if (path.toString().contains("db-")) throw new IOException("No space left on device");
            });
            var mark = world.write(100);
            world.begin();
            assertFalse(world.awaitEnd().delivered());
            world.awaitReported("sending to 2", "receiving from 1", "not received from 1", "not sent to 2");
            world.disk.onEveryOperation((operation, path) -> {});
            world.begin();
            assertTrue(world.awaitEnd().delivered());
            world.assertInstalls(mark);
        }
    }

    @Test
    void caughtUpByItself_whatWasReceivedIsRemoved() throws IOException {
        try (var world = new TransferWorld(IMPATIENT)) {
            var mark = world.write(60);
            world.begin();
            assertTrue(world.awaitEnd().delivered());
            world.catchUp();
            assertEquals(mark, world.follower.mark());
            world.kit.createTestProbe().awaitAssert(Duration.ofSeconds(10), () -> {
                assertEquals(List.of("db"), world.directories());
                return null;
            });
        }
    }
}
