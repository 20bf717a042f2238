package io.actd.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.protobuf.ByteString;
import io.actd.apply.Command;
import io.actd.apply.StateMachine;
import io.actd.backend.Backend;
import io.actd.backend.BufferedBackend;
import io.actd.backend.Engine;
import io.actd.backend.MemoryBackend;
import io.actd.copy.StoreDirectories;
import io.actd.member.SnapshotMetrics;
import io.actd.peer.PeerAddress;
import io.actd.peer.PeerIdentity;
import io.actd.peer.PeerMessage;
import io.actd.peer.PeerMessage.SnapshotAck;
import io.actd.peer.PeerMessage.SnapshotChunk;
import io.actd.peer.PeerTransport;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.ResponseHeader;
import io.actd.raft.Entry;
import io.actd.raft.SnapshotMark;
import io.actd.world.Clock;
import io.actd.world.Failpoints;
import io.actd.world.SimulatedDisk;
import io.actd.world.World;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A leader with a store, a follower that has little of it, and a wire between them with weather on it. */
final class TransferWorld implements AutoCloseable {
    static final long LEADER = 1;
    static final long FOLLOWER = 2;
    static final Path SNAP = Path.of("/snap");
    static final SnapshotSettings FAST = new SnapshotSettings(
            200,
            4,
            1L << 40,
            Duration.ofSeconds(1),
            Duration.ofMillis(1),
            Duration.ofMillis(20),
            Duration.ofSeconds(20));

    /** What the owner of the senders, the Raft node in a member, is told here. */
    sealed interface Owner {
        record Begin(long peer) implements Owner {}

        record Acknowledged(SnapshotAck ack) implements Owner {}

        record FromSender(SnapshotSender.Ended ended) implements Owner {}

        enum StopAll implements Owner {
            INSTANCE
        }
    }

    private static final class Engines implements Engine {
        private final Map<Path, MemoryBackend> all = new ConcurrentHashMap<>();

        @Override
        public Backend open(Path directory, World world) {
            var engine = all.computeIfAbsent(directory, path -> new MemoryBackend());
            engine.reopen();
            return engine;
        }

        @Override
        public void delete(Path directory, World world) throws IOException {
            all.remove(directory);
            world.disk().delete(directory);
        }
    }

    final ActorTestKit kit = ActorTestKit.create();
    final SimulatedDisk disk = new SimulatedDisk();
    final World world = new World(Clock.system(), disk, new SplittableRandom(1), new Failpoints());
    final StoreDirectories stores = new StoreDirectories(new Engines(), world, SNAP);
    final StateMachine leader = state(new MemoryBackend());
    final StateMachine follower;
    /** What was reported, in order, without times. */
    final List<String> reported = new CopyOnWriteArrayList<>();

    private final SnapshotMetrics metrics = new SnapshotMetrics() {
        @Override
        public void sending(long peer) {
            reported.add("sending to " + peer);
        }

        @Override
        public void sent(long peer, long nanos) {
            reported.add("sent to " + peer);
        }

        @Override
        public void notSent(long peer) {
            reported.add("not sent to " + peer);
        }

        @Override
        public void receiving(long peer) {
            reported.add("receiving from " + peer);
        }

        @Override
        public void received(long peer, long nanos, long durableNanos) {
            reported.add("received from " + peer);
        }

        @Override
        public void notReceived(long peer) {
            reported.add("not received from " + peer);
        }
    };
    final TestProbe<SnapshotSender.Ended> ended = kit.createTestProbe(SnapshotSender.Ended.class);
    private final SnapshotSettings settings;
    private final ActorRef<Owner> owner;
    private volatile Function<PeerMessage, List<PeerMessage>> weather = List::of;
    private volatile ActorRef<SnapshotReceiver.Command> receiver;
    private final List<Entry> log = new ArrayList<>();
    private long nextKey;

    TransferWorld() throws IOException {
        this(FAST);
    }

    TransferWorld(SnapshotSettings settings) throws IOException {
        this.settings = settings;
        disk.createDirectories(SNAP);
        follower = state(stores.open("db").engine());
        owner = kit.spawn(owner());
        receiver = kit.spawn(receiving(), SnapshotReceiver.dispatcher());
    }

    private StateMachine state(Backend engine) {
        return StateMachine.open(
                new BufferedBackend(engine, world.failpoints()),
                world,
                new StateMachine.Options(LEADER, 9, 0, 2),
                revision -> ResponseHeader.newBuilder().setRevision(revision).build());
    }

    private Behavior<Owner> owner() {
        var identity = new PeerIdentity(9, LEADER);
        var source = new SnapshotSource(leader, identity, new Wire(), Clock.system(), settings, metrics);
        return Behaviors.setup(context -> {
            var senders = new Senders<Owner>(context, source, Owner.FromSender::new);
            return Behaviors.receive(Owner.class)
                    .onAnyMessage(message -> {
                        switch (message) {
                            case Owner.Begin begin -> senders.begin(begin.peer());
                            case Owner.Acknowledged acknowledged -> senders.acknowledged(acknowledged.ack());
                            case Owner.StopAll stop -> senders.stopAll();
                            case Owner.FromSender from -> {
                                if (senders.hasEnded(from.ended())) ended.ref().tell(from.ended());
                            }
                        }
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    private Behavior<SnapshotReceiver.Command> receiving() {
        return SnapshotReceiver.create(new SnapshotReceiver.Parts(
                new PeerIdentity(9, FOLLOWER), new Wire(), follower, stores, world, settings, metrics));
    }

    private final class Wire implements PeerTransport {
        @Override
        public void send(PeerMessage message) {
            for (var arriving : weather.apply(message)) {
                switch (arriving) {
                    case SnapshotChunk chunk -> receiver.tell(new SnapshotReceiver.Chunk(chunk));
                    case SnapshotAck ack -> owner.tell(new Owner.Acknowledged(ack));
                    default -> throw new AssertionError(arriving);
                }
            }
        }

        @Override
        public void members(Collection<PeerAddress> members) {}

        @Override
        public void introduce(PeerAddress stranger) {}
    }

    /** What becomes of each message sent from now on. */
    void weather(Function<PeerMessage, List<PeerMessage>> now) {
        weather = now;
    }

    /** The leader applies so many puts and flushes. Returns the mark of a copy made now. */
    SnapshotMark write(int puts) {
        for (int i = 0; i < puts; i++) put(leader);
        flush(leader);
        return leader.mark();
    }

    /** The follower applies what the leader did. */
    void catchUp() {
        log.forEach(follower::apply);
        flush(follower);
    }

    private void put(StateMachine state) {
        var put = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("key-" + nextKey++ % 50))
                .setValue(ByteString.copyFromUtf8("value ".repeat((int) (nextKey % 13)) + nextKey));
        var command = Command.of(InternalRaftRequest.newBuilder().setPut(put).build());
        var entry = new Entry(1, state.appliedIndex() + 1, Entry.Type.NORMAL, command);
        state.apply(entry);
        log.add(entry);
    }

    static void flush(StateMachine state) {
        var flush = state.beginFlush();
        if (flush != null) flush.run();
    }

    void begin() {
        owner.tell(new Owner.Begin(FOLLOWER));
    }

    void stopAll() {
        owner.tell(Owner.StopAll.INSTANCE);
    }

    /** A chunk as it would come from another leader, or from an earlier life of this one. */
    void deliver(SnapshotChunk chunk) {
        receiver.tell(new SnapshotReceiver.Chunk(chunk));
    }

    void restartReceiver() {
        kit.stop(receiver);
        receiver = kit.spawn(receiving(), SnapshotReceiver.dispatcher());
    }

    SnapshotReceiver.Answer open(SnapshotMark mark) {
        var probe = kit.createTestProbe(SnapshotReceiver.Answer.class);
        receiver.tell(new SnapshotReceiver.Open(mark, probe.ref()));
        return probe.receiveMessage();
    }

    /** The transfer ended, delivered, up to that mark; and the follower goes on with what arrived. */
    void assertInstalls(SnapshotMark mark) {
        var store = assertInstanceOf(SnapshotReceiver.Opened.class, open(mark)).store();
        follower.install(store.state()).close();
        stores.delete("db");
        assertEquals(mark, follower.mark());
        assertEquals(leader.store().revision(), follower.store().revision());
        assertEquals(leader.store().hashKv(0), follower.store().hashKv(0));
    }

    SnapshotSender.Ended awaitEnd() {
        return ended.receiveMessage(Duration.ofSeconds(20));
    }

    /** Returns when all of these were reported, in whatever order. */
    void awaitReported(String... reports) {
        ended.awaitAssert(() -> {
            assertEquals(
                    Stream.of(reports).sorted().toList(),
                    reported.stream().sorted().toList());
            return null;
        });
    }

    List<String> directories() {
        try {
            return disk.list(SNAP);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}
