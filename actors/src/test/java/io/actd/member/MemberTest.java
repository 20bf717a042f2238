package io.actd.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.backend.Backend;
import io.actd.backend.Engine;
import io.actd.backend.MemoryBackend;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.AlarmRequest;
import io.actd.protocol.api.AlarmType;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.Member;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.RequestHeader;
import io.actd.world.Clock;
import io.actd.world.Disk;
import io.actd.world.Failpoints;
import io.actd.world.SimulatedDisk;
import io.actd.world.SystemDisk;
import io.actd.world.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One member made of its real actors, on real files. */
class MemberTest {
    @TempDir
    Path dir;

    private final Failpoints failpoints = new Failpoints();
    private Disk disk = new SystemDisk();
    private long diskReserveBytes;
    private final List<ActorSystem<?>> systems = new ArrayList<>();

    @AfterEach
    void terminate() throws Exception {
        for (var system : systems) {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    private record Running(ActorSystem<io.actd.member.Member.Command> system, MemberApi api) {}

    private Running start(Storage storage) throws Exception {
        var self = Member.newBuilder()
                .setID(0x2e1259d415f2a040L)
                .setName("m1")
                .addPeerURLs("http://127.0.0.1:23800")
                .addClientURLs("http://127.0.0.1:23790")
                .build();
        var config = new MemberConfig(
                self,
                0x48276a8f75b6a87L,
                MemberConfig.Start.FOUND,
                List.of(self.toBuilder().clearClientURLs().build()),
                dir,
                dir.resolve("member").resolve("wal"),
                5,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                true,
                true,
                1000,
                500,
                2L << 30,
                diskReserveBytes,
                1_572_864,
                Duration.ofMinutes(10),
                Duration.ofMinutes(5),
                1000,
                Duration.ofMillis(10),
                MemberConfig.AutoCompaction.Off.INSTANCE,
                MemberConfig.Reconfiguration.DEFAULTS,
                "3.6.0");
        var world = new World(Clock.system(), disk, new Random(7), failpoints);
        var ready = new CompletableFuture<MemberApi>();
        var system = ActorSystem.create(
                io.actd.member.Member.create(config, world, storage, MemberMetrics.NONE, ready), "actd");
        systems.add(system);
        return new Running(system, ready.get(30, TimeUnit.SECONDS));
    }

    private static void stop(Running running) throws Exception {
        AskPattern.<io.actd.member.Member.Command, Done>ask(
                        running.system(),
                        io.actd.member.Member.Stop::new,
                        Duration.ofSeconds(20),
                        running.system().scheduler())
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        running.system().getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static CompletableFuture<Outcome> propose(MemberApi api, InternalRaftRequest.Builder request) {
        var answered = new CompletableFuture<Outcome>();
        request.setHeader(RequestHeader.newBuilder().setID(api.nextRequestId()));
        api.propose(io.actd.apply.Command.of(request.build()), answered::complete);
        return answered;
    }

    private static CompletableFuture<Outcome> put(MemberApi api, String key, String value) {
        return propose(
                api,
                InternalRaftRequest.newBuilder()
                        .setPut(PutRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8(key))
                                .setValue(ByteString.copyFromUtf8(value))));
    }

    private static CompletableFuture<Outcome> delete(MemberApi api, String key) {
        return propose(
                api,
                InternalRaftRequest.newBuilder()
                        .setDeleteRange(DeleteRangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key))));
    }

    private static CompletableFuture<Outcome> disarm(MemberApi api) {
        return propose(
                api,
                InternalRaftRequest.newBuilder()
                        .setAlarm(AlarmRequest.newBuilder()
                                .setAction(AlarmRequest.AlarmAction.DEACTIVATE)
                                .setMemberID(api.memberId())
                                .setAlarm(AlarmType.NOSPACE)));
    }

    private static void ok(CompletableFuture<Outcome> answer) throws Exception {
        assertInstanceOf(Outcome.Ok.class, answer.get(20, TimeUnit.SECONDS));
    }

    private static void awaitAlarm(MemberApi api) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!SpaceAlarm.isRaised(api)) {
            assertTrue(System.nanoTime() - deadline < 0, "waited in vain for the alarm");
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static RangeResponse get(MemberApi api, String key) throws Exception {
        var answered = new CompletableFuture<Outcome>();
        api.linearizableRead(new ReadTask() {
            @Override
            public void run() {
                answered.complete(api.state()
                        .range(RangeRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8(key))
                                .build()));
            }

            @Override
            public void refused(Refusal refusal) {
                answered.complete(Outcome.refused(refusal));
            }
        });
        var ok = assertInstanceOf(Outcome.Ok.class, answered.get(10, TimeUnit.SECONDS));
        return (RangeResponse) ok.response();
    }

    @Test
    void putThenStopAndStart_valueRevisionAndTermAreThere() throws Exception {
        var first = start(Storage.DEFAULT);
        var ok = assertInstanceOf(
                Outcome.Ok.class, put(first.api(), "foo", "bar").get(10, TimeUnit.SECONDS));
        assertEquals(2, ((PutResponse) ok.response()).getHeader().getRevision()); // spec R-1
        assertEquals("bar", get(first.api(), "foo").getKvs(0).getValue().toStringUtf8());
        long term = first.api().status().term();
        stop(first);

        var second = start(Storage.DEFAULT);
        var found = get(second.api(), "foo");
        assertEquals("bar", found.getKvs(0).getValue().toStringUtf8());
        assertEquals(2, found.getHeader().getRevision()); // spec R-9
        assertTrue(second.api().status().term() > term);
        assertEquals("m1", second.api().state().members().all().getFirst().getName()); // spec M-2
        stop(second);
    }

    @Test
    void storeLosesEverythingUnflushed_logBringsItBack() throws Exception {
        var memory = new MemoryBackend();
        var storage = Storage.DEFAULT.withEngine((directory, world) -> memory);
        var first = start(storage);
        var answers = new ArrayList<CompletableFuture<Outcome>>();
        for (int i = 0; i < 5000; i++) answers.add(put(first.api(), "k" + i % 100, "v" + i));
        for (var answer : answers) assertInstanceOf(Outcome.Ok.class, answer.get(20, TimeUnit.SECONDS));
        long revision = first.api().state().store().revision();
        first.system().terminate();
        first.system().getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        memory.crash();

        var second = start(storage);
        assertEquals(revision, second.api().state().store().revision());
        assertEquals("v4999", get(second.api(), "k99").getKvs(0).getValue().toStringUtf8());
        stop(second);
    }

    @Test
    void failedLogWrite_stopsTheMemberAndAnswersEverybody() throws Exception {
        var running = start(Storage.DEFAULT);
        failpoints.arm("wal-after-write-before-sync", name -> {
            throw new java.io.UncheckedIOException(new java.io.IOException("injected"));
        });
        var refused = assertInstanceOf(
                Outcome.Refused.class, put(running.api(), "foo", "bar").get(20, TimeUnit.SECONDS));
        assertEquals(Refusal.STOPPED, refused.refusal());
        running.system().getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void diskNearlyFull_stopsWritesOnly_untilThereIsSpaceAndTheAlarmIsDisarmed()
            throws Exception { // spec MT-7; faults D20
        var small = new SimulatedDisk();
        disk = small;
        diskReserveBytes = 1 << 20;
        var engine = new MemoryBackend();
        var running = start(new Storage((directory, world) -> engine, 64 << 10));
        var api = running.api();
        ok(put(api, "foo", "bar"));
        ok(put(api, "baz", "bar"));

        small.limitTo(1 << 20);
        awaitAlarm(api);
        assertEquals(Outcome.refused(Refusal.NO_SPACE), put(api, "foo", "more").get(20, TimeUnit.SECONDS));
        assertEquals("bar", get(api, "foo").getKvs(0).getValue().toStringUtf8());
        ok(delete(api, "foo"));
        ok(disarm(api));
        awaitAlarm(api); // too early

        small.limitTo(2 << 20);
        ok(disarm(api));
        ok(put(api, "foo", "more"));
        stop(running);
    }

    @Test
    void noRoomForAFlush_endsTheMember_andNothingAnsweredIsLost() throws Exception { // faults D20
        var small = new SimulatedDisk();
        disk = small;
        Files.createDirectories(dir.resolve("member").resolve("snap")); // LevelDB is on the real one
        var opened = new ArrayList<Backend>();
        var storage = new Storage(
                (directory, world) -> {
                    opened.add(Engine.LEVELDB.open(directory, world));
                    return opened.getLast();
                },
                64 << 10);
        var running = start(storage);
        ok(put(running.api(), "foo", "bar"));
        small.limitTo(0);
        ok(put(running.api(), "foo", "still in the log"));
        assertEquals(
                MemberEnd.FAILED, running.api().ended().toCompletableFuture().get(20, TimeUnit.SECONDS));
        running.system().getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);

        opened.getLast().close(); // as the end of its process does
        small.closeAll();
        small.limitTo(Long.MAX_VALUE);
        var again = start(storage);
        assertEquals(
                "still in the log", get(again.api(), "foo").getKvs(0).getValue().toStringUtf8());
        stop(again);
    }
}
