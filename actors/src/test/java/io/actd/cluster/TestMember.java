package io.actd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.actd.apply.Command;
import io.actd.join.ClusterDirectory;
import io.actd.join.JoinMessage.ClusterAnswer;
import io.actd.lease.Lessor;
import io.actd.member.Member;
import io.actd.member.MemberApi;
import io.actd.member.MemberChange;
import io.actd.member.MemberConfig;
import io.actd.member.MemberParts;
import io.actd.member.ReadTask;
import io.actd.member.Reply;
import io.actd.member.Storage;
import io.actd.peer.ArteryNetwork;
import io.actd.peer.PeerNetwork;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.HashKVRequest;
import io.actd.protocol.api.HashKVResponse;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.LeaseGrantRequest;
import io.actd.protocol.api.LeaseKeepAliveResponse;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.LeaseTimeToLiveResponse;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.RequestHeader;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.watch.WatchHub;
import io.actd.watch.WatchOutlet;
import io.actd.watch.WatchStream;
import io.actd.world.Clock;
import io.actd.world.Failpoints;
import io.actd.world.SystemDisk;
import io.actd.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.jspecify.annotations.Nullable;

/** One member of a {@link TestCluster} with what its clients can ask of it; may live several times. */
final class TestMember {
    private static final int SECONDS = 20;

    final long id;
    /** Places for it to die at, in all its lives. */
    final Failpoints failpoints = new Failpoints();
    /** What it reports about its work, in all its lives. */
    final ReportedWork work = new ReportedWork();

    private final MemberConfig config;
    private final PeerNetwork network;
    private final Config systemConfig;
    private CompletableFuture<MemberApi> opened = new CompletableFuture<>();
    private CompletableFuture<MemberApi> ready = new CompletableFuture<>();
    private @Nullable ActorSystem<Member.Command> system;

    TestMember(MemberConfig config, PeerNetwork network) {
        this.id = config.self().getID();
        this.config = config;
        this.network = network;
        this.systemConfig = ConfigFactory.load();
    }

    /** One that speaks to the others over sockets. */
    TestMember(MemberConfig config, Config systemConfig) {
        this.id = config.self().getID();
        this.config = config;
        this.network = new ArteryNetwork(work, Clock.system(), () -> {});
        this.systemConfig = systemConfig;
    }

    // ---- life

    void start() {
        opened = new CompletableFuture<>();
        ready = new CompletableFuture<>();
        var world = new World(Clock.system(), new SystemDisk(), new SplittableRandom(id), failpoints);
        var parts = new MemberParts(world, Storage.DEFAULT, network, work);
        system = ActorSystem.create(Member.create(config, parts, opened::complete, ready), "actd", systemConfig);
    }

    private ActorSystem<Member.Command> system() {
        return Objects.requireNonNull(system, "not started");
    }

    MemberApi api() {
        return answered(ready);
    }

    CompletableFuture<MemberApi> ready() {
        return ready;
    }

    boolean isReady() {
        return ready.isDone() && !ready.isCompletedExceptionally();
    }

    /** What it tells whoever asks who is in the cluster. */
    ClusterAnswer describe() {
        return ClusterDirectory.answer(opened.getNow(null), isReady() ? api() : null, 0);
    }

    /** Its process runs, and it was not refused to take part. */
    boolean isUp() {
        return system != null
                && !ready.isCompletedExceptionally()
                && !system.getWhenTerminated().toCompletableFuture().isDone();
    }

    void stop() {
        answered(stopLater());
        awaitEnd();
    }

    /** Asks it to stop; completed when its files are closed. */
    CompletableFuture<Done> stopLater() {
        return AskPattern.<Member.Command, Done>ask(
                        system(), Member.Stop::new, Duration.ofSeconds(SECONDS), system().scheduler())
                .toCompletableFuture();
    }

    void awaitEnd() {
        answered(system().getWhenTerminated().toCompletableFuture());
    }

    /** Ends whatever still runs, in no order. */
    void kill() {
        if (system != null) {
            system.terminate();
            awaitEnd();
        }
    }

    // ---- clients

    CompletableFuture<Outcome> propose(Consumer<InternalRaftRequest.Builder> content) {
        var request = InternalRaftRequest.newBuilder()
                .setHeader(RequestHeader.newBuilder().setID(api().nextRequestId()));
        content.accept(request);
        return ask(reply -> api().propose(Command.of(request.build()), reply));
    }

    CompletableFuture<Outcome> put(String key, String value) {
        return put(key, value, 0);
    }

    CompletableFuture<Outcome> put(String key, String value, long lease) {
        return propose(request -> request.setPut(PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .setLease(lease)));
    }

    /** A linearizable get; the value, empty if there is none. */
    CompletableFuture<Outcome> get(String key) {
        return ask(reply -> api().linearizableRead(new ReadTask() {
            @Override
            public void run() {
                reply.done(range(key));
            }

            @Override
            public void refused(Refusal refusal) {
                reply.done(Outcome.refused(refusal));
            }
        }));
    }

    String valueOf(String key) {
        return value(ok(RangeResponse.class, get(key)));
    }

    /** What this member has applied by now. */
    String localValueOf(String key) {
        return value((RangeResponse) ((Outcome.Ok) range(key)).response());
    }

    private Outcome range(String key) {
        return api().state()
                .range(RangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .build());
    }

    private static String value(RangeResponse response) {
        return response.getKvsCount() == 0 ? "" : response.getKvs(0).getValue().toStringUtf8();
    }

    CompletableFuture<Outcome> grant(long lease, long seconds) {
        return propose(request -> request.setLeaseGrant(
                LeaseGrantRequest.newBuilder().setID(lease).setTTL(seconds)));
    }

    /** As its lessor would, deciding as leader of that term. */
    CompletableFuture<Outcome> revoke(long term, long lease) {
        var request = InternalRaftRequest.newBuilder()
                .setHeader(RequestHeader.newBuilder().setID(api().nextRequestId()))
                .setLeaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease))
                .build();
        return ask(reply -> api().proposeInTerm(term, Command.of(request), reply));
    }

    CompletableFuture<Outcome> keepAliveLater(long lease) {
        return ask(reply -> api().lessor().tell(new Lessor.KeepAlive(lease, reply)));
    }

    LeaseKeepAliveResponse keepAlive(long lease) {
        return ok(LeaseKeepAliveResponse.class, keepAliveLater(lease));
    }

    LeaseTimeToLiveResponse timeToLive(long lease) {
        return ok(LeaseTimeToLiveResponse.class, ask(reply -> api().lessor()
                .tell(new Lessor.TimeToLive(lease, true, reply))));
    }

    CompletableFuture<Outcome> change(MemberChange change) {
        return ask(reply -> api().changeMembers(change, reply));
    }

    CompletableFuture<Outcome> transferTo(long to) {
        return ask(reply -> api().transferLeadership(to, reply));
    }

    /** The values put to that key from a revision on, as a watch of a client of this member hears of them. */
    List<String> watch(String key, long fromRevision) {
        var values = new CopyOnWriteArrayList<String>();
        var opened = new CompletableFuture<ActorRef<WatchStream.Command>>();
        api().watchHub()
                .tell(new WatchHub.Open(
                        new WatchOutlet() {
                            @Override
                            public void send(List<WatchResponse> responses) {
                                for (var response : responses) {
                                    response.getEventsList()
                                            .forEach(e -> values.add(
                                                    e.getKv().getValue().toStringUtf8()));
                                }
                                answered(opened).tell(WatchStream.Delivered.INSTANCE);
                            }

                            @Override
                            public void fail(Refusal refusal) {
                                values.add("ended: " + refusal);
                            }
                        },
                        opened));
        var create = WatchCreateRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setStartRevision(fromRevision);
        var request = WatchRequest.newBuilder().setCreateRequest(create).build();
        answered(opened).tell(new WatchStream.Request(request, () -> {}));
        return values;
    }

    /** Directories of stores on its disk. */
    List<String> stores() {
        try {
            return new SystemDisk().list(config.dataDir().resolve("member").resolve("snap"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HashKVResponse hash() {
        return (HashKVResponse) ((Outcome.Ok) api().state().hashKv(HashKVRequest.getDefaultInstance())).response();
    }

    /** Returns when the log in memory is no longer than it must be. */
    void awaitShortLog() {
        // The second flush begins only after the first was reported, and the read comes behind that report.
        for (int i = 0; i < 2; i++) {
            ok(put("flushed", "" + i));
            TestCluster.await("flushed", () -> api().state().bufferedBytes() == 0);
        }
        ok(get("flushed"));
    }

    // ---- answers

    private static CompletableFuture<Outcome> ask(Consumer<Reply> question) {
        var answer = new CompletableFuture<Outcome>();
        question.accept(answer::complete);
        return answer;
    }

    static <T> T answered(CompletableFuture<T> answer) {
        return answer.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }

    static <T extends Message> T ok(Class<T> type, CompletableFuture<Outcome> answer) {
        Outcome outcome = answered(answer);
        return type.cast(
                assertInstanceOf(Outcome.Ok.class, outcome, outcome::toString).response());
    }

    static void ok(CompletableFuture<Outcome> answer) {
        Outcome outcome = answered(answer);
        assertInstanceOf(Outcome.Ok.class, outcome, outcome::toString);
    }

    static void refused(Refusal refusal, CompletableFuture<Outcome> answer) {
        assertEquals(Outcome.refused(refusal), answered(answer));
    }

    @Override
    public String toString() {
        return "member " + id;
    }
}
