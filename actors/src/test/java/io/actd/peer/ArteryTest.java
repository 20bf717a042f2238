package io.actd.peer;

import static io.actd.peer.ArteryMember.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.raft.SnapshotMark;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two members and real sockets. */
class ArteryTest {
    private ArteryMember one = ArteryMember.start(1);
    private ArteryMember two = ArteryMember.start(2);

    @BeforeEach
    void acquaint() {
        ArteryMember.meet(one, two);
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    @Test
    void everyMessage_arrivesAsItWasInOrder() throws Exception {
        // Chunks have a channel of their own, so order is promised among the rest.
        var sent = Samples.all()
                .filter(message -> !(message instanceof PeerMessage.SnapshotChunk))
                .toList();
        sent.forEach(one.transport::send);
        for (var message : sent) assertEquals(message, two.receive());
        var chunks = Samples.all()
                .filter(message -> message instanceof PeerMessage.SnapshotChunk)
                .toList();
        chunks.forEach(one.transport::send);
        for (var message : chunks) assertEquals(message, two.receive());
    }

    @Test
    void hugeEntry_getsThroughInItsPlace() throws Exception {
        var huge = Samples.hugeAppend(4_000_000);
        one.transport.send(Samples.heartbeat(1, 2, 1));
        one.transport.send(huge);
        one.transport.send(Samples.heartbeat(1, 2, 2));
        assertEquals(Samples.heartbeat(1, 2, 1), two.receive());
        assertEquals(huge, two.receive());
        assertEquals(Samples.heartbeat(1, 2, 2), two.receive());
    }

    /** The receiver of chunks is stuck until the heartbeat, sent after all of them, has arrived. */
    @Test
    void chunks_doNotDelayAHeartbeat() throws Exception {
        var heard = new CountDownLatch(1);
        two.beforeReceiving(message -> {
            if (message instanceof PeerMessage.Raft) heard.countDown();
            else if (message instanceof PeerMessage.SnapshotChunk) await(heard);
        });
        for (int seq = 0; seq < 20; seq++) one.transport.send(chunk(seq));
        one.transport.send(Samples.heartbeat(1, 2, 1));
        int seq = 0; // the one that was stuck may be noted before the heartbeat that freed it
        for (int i = 0; i <= 20; i++) {
            var received = two.receive();
            if (!(received instanceof PeerMessage.Raft)) assertEquals(chunk(seq++), received);
        }
        assertEquals(20, seq);
    }

    /** Artery's tables of short names for actors, made new every 100 ms here, must not remember the inbox that was not. */
    @Test
    void membersWhoseInboxOpensAfterTheFirstMessage_areHeardForGood() throws Exception {
        var url = "http://127.0.0.1:" + freePort();
        one.knows(List.of(one.address(), new PeerAddress(3, List.of(url))));
        var starting = CompletableFuture.supplyAsync(() -> ArteryMember.startLate(3, url));
        one.await(() -> {
            one.transport.send(Samples.heartbeat(1, 3, 1));
            return starting.isDone();
        });
        try (var late = starting.join()) {
            long start = System.nanoTime();
            for (int round = 2; System.nanoTime() - start < 2_000_000_000L; round++) {
                var message = Samples.heartbeat(1, 3, round);
                one.transport.send(message);
                while (!late.receive().equals(message)) {}
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static PeerMessage chunk(long seq) {
        var bytes = ByteString.copyFrom(new byte[PeerMessage.MAX_CHUNK_BYTES]);
        return new PeerMessage.SnapshotChunk(1, 2, 5, SnapshotMark.NONE, seq, seq == 19, bytes);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void foreignOrDamaged_isRefusedAndCounted() throws Exception { // faults M4
        ActorRef<Packet> door = ActorRefResolver.get(one.system)
                .resolveActorRef(PeerUrl.parse(two.address().peerUrls().get(0)).address("actd") + "/user/peers");
        door.tell(Packet.Letter.of(0xbad, Samples.heartbeat(1, 2, 1)));
        door.tell(Packet.Letter.of(Samples.CLUSTER, Samples.heartbeat(1, 3, 1)));
        door.tell(new Packet.Piece(0xbad, 1, 2, 1, 0, 1, ByteString.EMPTY));
        door.tell(new Packet.Piece(Samples.CLUSTER, 1, 2, 1, 1, 2, ByteString.EMPTY));
        // One piece that is a whole letter, with a letter's checksum that is wrong.
        door.tell(new Packet.Piece(Samples.CLUSTER, 1, 2, 1, 0, 1, ByteString.copyFrom(new byte[40])));
        one.transport.send(Samples.heartbeat(1, 2, 2));
        assertEquals(Samples.heartbeat(1, 2, 2), two.receive());
        assertEquals(5, count(two.receiveFailures, 1));
    }

    @Test
    void messageNobodyCanTake_costsNothingElse() throws Exception {
        two.beforeReceiving(message -> {
            if (message instanceof PeerMessage.Alive) throw new IllegalStateException("not taken");
        });
        one.transport.send(new PeerMessage.Alive(1, 2, null, List.of()));
        one.transport.send(Samples.heartbeat(1, 2, 1));
        assertEquals(Samples.heartbeat(1, 2, 1), two.receive());
    }

    @Test
    void whoIsIntroduced_isReached_untilTheMembersAreToldWithoutHim() throws Exception {
        one.knows(List.of(one.address()));
        one.transport.send(Samples.heartbeat(1, 2, 1));
        assertEquals(1, count(one.sendFailures, 2));
        one.transport.introduce(two.address());
        one.transport.send(Samples.heartbeat(1, 2, 2));
        assertEquals(Samples.heartbeat(1, 2, 2), two.receive());
        one.knows(List.of(one.address()));
        one.transport.send(Samples.heartbeat(1, 2, 3));
        assertEquals(2, count(one.sendFailures, 2));
    }

    @Test
    void peerThatIsDown_isToldAsLostAndReachedAgainOnceBack() throws Exception {
        one.transport.send(Samples.heartbeat(1, 2, 1));
        two.receive();
        two.close();
        one.await(() -> {
            one.transport.send(Samples.heartbeat(1, 2, 2));
            return one.lost.contains(2L) && count(one.sendFailures, 2) > 0;
        });
        two = two.restart();
        ArteryMember.meet(one, two);
        one.await(() -> {
            one.transport.send(Samples.heartbeat(1, 2, 3));
            return two.inbox.contains(Samples.heartbeat(1, 2, 3));
        });
        two.transport.send(Samples.heartbeat(2, 1, 4));
        assertEquals(Samples.heartbeat(2, 1, 4), one.receive());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void queueThatOverflows_eachMessageArrivesInOrderOrIsCounted_andALaterOneArrives(boolean chunks) throws Exception {
        LongFunction<PeerMessage> message = chunks ? i -> smallChunk(3, i) : i -> Samples.heartbeat(3, 2, i);
        try (var narrow = ArteryMember.startWithQueues(3, 4)) {
            ArteryMember.meet(narrow, two);
            narrow.awaitCounting();
            var sent = new AtomicLong();
            narrow.await(() -> {
                for (int i = 0; i < 500; i++) narrow.transport.send(message.apply(sent.getAndIncrement()));
                return count(narrow.sendFailures, 2) > 0 && narrow.lost.contains(2L);
            });
            narrow.await(() -> two.inbox.size() + count(narrow.sendFailures, 2) == sent.get());
            narrow.transport.send(message.apply(sent.get()));
            long next = 0;
            for (var arrived = two.receive(); !arrived.equals(message.apply(sent.get())); arrived = two.receive()) {
                while (!arrived.equals(message.apply(next))) assertTrue(next++ < sent.get(), arrived::toString);
                next++;
            }
        }
    }

    private static PeerMessage smallChunk(long from, long seq) {
        return new PeerMessage.SnapshotChunk(from, 2, 5, SnapshotMark.NONE, seq, false, ByteString.EMPTY);
    }

    @Test
    void messageLongerThanAnyMayBe_isCountedNotSent_andALaterOneArrives() throws Exception {
        one.transport.send(Samples.appendOf(257, 1 << 20));
        one.transport.send(Samples.heartbeat(1, 2, 1));
        assertEquals(Samples.heartbeat(1, 2, 1), two.receive());
        assertEquals(1, count(one.sendFailures, 2));
        assertEquals(0, count(two.receiveFailures, 1));
    }

    @Test
    void strangerOrNobody_isCountedNotSent() {
        one.transport.send(Samples.heartbeat(1, 77, 1));
        assertEquals(1, count(one.sendFailures, 77));
    }

    @Test
    void urlsOfAMembershipThatMakeNoSense_costThatMemberOnly() throws Exception {
        one.knows(List.of(one.address(), two.address(), new PeerAddress(3, List.of("unix://x", "::"))));
        one.transport.send(Samples.heartbeat(1, 3, 1));
        one.transport.send(Samples.heartbeat(1, 2, 1));
        assertEquals(Samples.heartbeat(1, 2, 1), two.receive());
    }

    /** Somebody knocks at the port by mistake: noise, frames of noise, a frame of which little arrives. */
    @Test
    void noiseOnThePort_disturbsNobody() throws Exception {
        var noise = new byte[3000];
        var random = new SplittableRandom(5);
        for (int i = 0; i < 4; i++) {
            for (byte stream = 1; stream <= 4; stream++) {
                random.nextBytes(noise);
                knock(noise);
                noise[0] = (byte) (i % 2); // what Artery takes for the version of its header
                knock(magic(stream), frame(noise.length), noise);
                knock(magic(stream), frame(1 << 20), noise);
            }
        }
        one.await(() -> {
            one.transport.send(Samples.heartbeat(1, 2, 1));
            return two.inbox.contains(Samples.heartbeat(1, 2, 1));
        });
        assertFalse(two.system.getWhenTerminated().toCompletableFuture().isDone());
    }

    private static byte[] magic(byte stream) {
        return new byte[] {'A', 'K', 'K', 'A', stream};
    }

    private static byte[] frame(int length) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .array();
    }

    private void knock(byte[]... parts) throws IOException {
        var url = PeerUrl.parse(two.address().peerUrls().get(0));
        try (var socket = new Socket(url.host(), url.port())) {
            for (var part : parts) socket.getOutputStream().write(part);
            socket.shutdownOutput();
            socket.setSoTimeout(200);
            while (socket.getInputStream().read() >= 0) {}
        } catch (SocketException | SocketTimeoutException e) {
            // It may hang up before all is said, or wait for more.
        }
    }

    /** Connections that break as soon as they are made: Artery ends the actor system if it counts too many. */
    @Test
    void peerThatAlwaysHangsUp_endsNobody() throws Exception {
        try (var rude = new ServerSocket(0)) {
            var url = "http://127.0.0.1:" + rude.getLocalPort();
            one.knows(List.of(one.address(), two.address(), new PeerAddress(3, List.of(url))));
            rude.setSoTimeout(50);
            var hangUps = new AtomicInteger();
            one.await(() -> {
                one.transport.send(Samples.heartbeat(1, 3, 1));
                try (var caller = rude.accept()) {
                    caller.setSoLinger(true, 0);
                    return hangUps.incrementAndGet() > 6;
                } catch (IOException nobodyCalls) {
                    return false;
                }
            });
        }
        one.transport.send(Samples.heartbeat(1, 2, 1));
        assertEquals(Samples.heartbeat(1, 2, 1), two.receive());
    }
}
