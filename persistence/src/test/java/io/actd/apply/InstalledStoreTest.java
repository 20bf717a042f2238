package io.actd.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.actd.backend.BackendClosed;
import io.actd.backend.BufferedBackend;
import io.actd.backend.MemoryBackend;
import io.actd.copy.MemoryEngines;
import io.actd.copy.StoreCopy;
import io.actd.copy.StoreDirectories;
import io.actd.invariant.Invariant;
import io.actd.mvcc.KeyRange;
import io.actd.protocol.api.AlarmRequest;
import io.actd.protocol.api.AlarmRequest.AlarmAction;
import io.actd.protocol.api.AlarmType;
import io.actd.protocol.api.HashKVRequest;
import io.actd.protocol.api.HashKVResponse;
import io.actd.protocol.api.Member;
import io.actd.raft.Entry;
import io.actd.raft.Payload;
import io.actd.world.Clock;
import io.actd.world.Failpoints;
import io.actd.world.SimulatedDisk;
import io.actd.world.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A member that goes on with a copy of another's store is that other's equal, whatever it had before (§7). */
class InstalledStoreTest {
    private static final Path SNAP = Path.of("/snap");

    private final World world =
            new World(Clock.system(), new SimulatedDisk(), new SplittableRandom(1), new Failpoints());
    private final StoreDirectories stores = new StoreDirectories(new MemoryEngines(), world, SNAP);

    /** What a machine was fed, so that another can be fed the same. */
    private static final class Fed {
        final Machine machine = new Machine();
        final List<Entry> log = new ArrayList<>();
        private final SplittableRandom random;
        private final RandomCommands commands;
        private long nextMember = 2;

        Fed(long seed) {
            random = new SplittableRandom(seed);
            commands = new RandomCommands(seed);
            addMember(1);
        }

        void some(int steps) {
            for (int i = 0; i < steps; i++) step();
        }

        private void step() {
            int dice = random.nextInt(100);
            if (dice < 3 && nextMember < 6) {
                addMember(nextMember++);
            } else if (dice < 5) {
                var alarm = AlarmRequest.newBuilder()
                        .setMemberID(1 + random.nextInt(3))
                        .setAlarm(AlarmType.NOSPACE);
                alarm.setAction(random.nextInt(3) == 0 ? AlarmAction.ACTIVATE : AlarmAction.DEACTIVATE);
                feed(
                        Entry.Type.NORMAL,
                        Machine.command().setAlarm(alarm).build().toByteArray());
            } else {
                long revision = machine.state().store().revision();
                feed(Entry.Type.NORMAL, commands.next(revision).build().toByteArray());
            }
            if (random.nextInt(9) == 0) machine.flush();
            if (random.nextInt(30) == 0) machine.removeCompacted();
        }

        private void addMember(long id) {
            var member = Member.newBuilder().setID(id).setName("m" + id).addPeerURLs("http://127.0.0.1:" + id);
            feed(Entry.Type.CONF_CHANGE, ConfChanges.bootstrap(member.build()));
        }

        private void feed(Entry.Type type, byte[] payload) {
            machine.apply(type, Payload.of(payload));
            log.add(new Entry(1, log.size() + 1, type, Payload.of(payload)));
        }

        /** Another machine, fed the beginning of the same. */
        StateMachine behind(World world, int entries) {
            var backend = new BufferedBackend(new MemoryBackend(), world.failpoints());
            var state = StateMachine.open(backend, world, Machine.OPTIONS, Machine.HEADERS);
            log.subList(0, entries).forEach(state::apply);
            return state;
        }
    }

    private StateMachine.Loaded received(StateMachine behind, StoreCopy copy) {
        try (var builder = stores.build(Machine.OPTIONS.clusterId(), copy.mark())) {
            StoreCopy.Slice slice;
            do {
                slice = copy.next();
                builder.add(ByteBuffer.wrap(slice.bytes()), slice.last());
            } while (!slice.last());
        }
        var engine = stores.open(StoreDirectories.nameOf(copy.mark().index())).engine();
        return behind.load(new BufferedBackend(engine, world.failpoints()));
    }

    @Test
    void installed_isEqual_atEveryKeptRevision_andStaysEqual() throws IOException {
        world.disk().createDirectories(SNAP);
        for (int seed = 0; seed < 60; seed++) {
            var leader = new Fed(seed);
            leader.some(40 + seed * 3);
            leader.machine.flush();
            int mark = leader.log.size();
            var behind = leader.behind(world, mark / 3);
            try (var copy = StoreCopy.of(leader.machine.state(), Machine.OPTIONS.clusterId(), 200)) {
                leader.some(30); // goes on while it is copied
                var loaded = received(behind, copy);
                assertEquals(mark, loaded.mark().index());
                assertEquals(copy.mark(), loaded.mark());
                long puts = behind.store().operations().puts();
                behind.install(loaded).close();
                assertEquals(puts, behind.store().operations().puts());
            }
            assertEquals(mark, behind.appliedIndex());
            leader.log.subList(mark, leader.log.size()).forEach(behind::apply);
            assertEqualStates(leader.machine.state(), behind);
        }
    }

    private static void assertEqualStates(StateMachine one, StateMachine other) {
        assertEquals(one.mark(), other.mark());
        assertEquals(one.members().all(), other.members().all());
        assertEquals(one.alarms().active(AlarmType.NONE), other.alarms().active(AlarmType.NONE));
        assertEquals(one.leases().all(), other.leases().all());
        for (var lease : one.leases().all()) {
            assertEquals(
                    new HashSet<>(one.leases().keysOf(lease.leaseId())),
                    new HashSet<>(other.leases().keysOf(lease.leaseId())));
        }
        long revision = one.store().revision();
        assertEquals(revision, other.store().revision());
        assertEquals(one.store().compactedRevision(), other.store().compactedRevision());
        for (long at = Math.max(1, one.store().compactedRevision()); at <= revision; at++) {
            var hash = hashKv(one, at);
            var otherHash = hashKv(other, at);
            // Who carried a compaction out answers with the hash taken before it (spec FM-76).
            if (hash.getCompactRevision() == otherHash.getCompactRevision()) assertEquals(hash, otherHash);
            else assertEquals(one.store().compactedRevision(), at);
            var all = KeyRange.of(Requests.bytes("a"), Requests.OPEN);
            assertEquals(one.store().range(all, at, 0), other.store().range(all, at, 0));
        }
    }

    private static HashKVResponse hashKv(StateMachine state, long revision) {
        var request = HashKVRequest.newBuilder().setRevision(revision).build();
        return Machine.ok(HashKVResponse.class, state.hashKv(request));
    }

    @Test
    void readOnTheOldStore_endsOrBeginsAnew() throws IOException {
        world.disk().createDirectories(SNAP);
        var leader = new Fed(3);
        leader.some(80);
        leader.machine.flush();
        var behind = leader.behind(world, 20);
        var old = behind.store();
        try (var copy = StoreCopy.of(leader.machine.state(), Machine.OPTIONS.clusterId())) {
            behind.install(received(behind, copy)).close();
        }
        // A reader that holds the old store is told; one that asks the state machine never notices.
        assertThrows(BackendClosed.class, () -> old.history(1, old.revision(), key -> true, 10, 1000));
        assertEqualStates(leader.machine.state(), behind);
    }

    @Test
    void olderStore_isNeverInstalled() throws IOException {
        world.disk().createDirectories(SNAP);
        var leader = new Fed(4);
        leader.some(30);
        leader.machine.flush();
        try (var copy = StoreCopy.of(leader.machine.state(), Machine.OPTIONS.clusterId())) {
            leader.some(10);
            var ahead = leader.behind(world, leader.log.size());
            var loaded = received(ahead, copy);
            assertThrows(Invariant.Broken.class, () -> ahead.install(loaded));
        }
    }
}
