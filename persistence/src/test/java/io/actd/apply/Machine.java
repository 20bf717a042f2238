package io.actd.apply;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.protobuf.Message;
import io.actd.backend.BufferedBackend;
import io.actd.backend.MemoryBackend;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.AlarmRequest;
import io.actd.protocol.api.AlarmResponse;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.CompactionResponse;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.DeleteRangeResponse;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.LeaseGrantRequest;
import io.actd.protocol.api.LeaseGrantResponse;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.LeaseRevokeResponse;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.RequestHeader;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.TxnResponse;
import io.actd.raft.Entry;
import io.actd.raft.Payload;
import io.actd.world.Clock;
import io.actd.world.Disk;
import io.actd.world.Failpoints;
import io.actd.world.World;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A state machine on an engine in memory, with the log it is fed from. */
final class Machine implements AutoCloseable {
    static final StateMachine.Options OPTIONS = new StateMachine.Options(7, 9, 0, 2);
    static final Headers HEADERS = revision -> ResponseHeader.newBuilder()
            .setClusterId(9)
            .setMemberId(7)
            .setRaftTerm(3)
            .setRevision(revision)
            .build();

    private final World world = new World(Clock.system(), noDisk(), new SplittableRandom(1), new Failpoints());
    private final MemoryBackend engine = new MemoryBackend();
    private final StateMachine.Options options;
    private final List<Entry> log = new ArrayList<>();
    private final List<Applied> answers = new ArrayList<>();
    private StateMachine state;

    Machine() {
        this(OPTIONS);
    }

    Machine(StateMachine.Options options) {
        this.options = options;
        this.state = open();
    }

    /** Whatever is stored goes through the engine. */
    private static Disk noDisk() {
        return (Disk) Proxy.newProxyInstance(
                Machine.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    throw new AssertionError("the state machine used the disk: " + method);
                });
    }

    private StateMachine open() {
        return StateMachine.open(new BufferedBackend(engine, world.failpoints()), world, options, HEADERS);
    }

    StateMachine state() {
        return state;
    }

    List<Applied> answers() {
        return answers;
    }

    /** Appends an entry to the log and applies it. */
    Applied apply(Entry.Type type, Payload payload) {
        var entry = new Entry(1, log.size() + 1, type, payload);
        log.add(entry);
        var applied = state.apply(entry);
        answers.add(applied);
        return applied;
    }

    Applied apply(InternalRaftRequest.Builder command) {
        command.setHeader(RequestHeader.newBuilder().setID(log.size() + 100));
        return apply(Entry.Type.NORMAL, Command.of(command.build()));
    }

    Applied change(byte[] confChange) {
        return apply(Entry.Type.CONF_CHANGE, Payload.of(confChange));
    }

    PutResponse put(PutRequest.Builder put) {
        return ok(PutResponse.class, apply(command().setPut(put)));
    }

    PutResponse put(String key, String value) {
        return put(Requests.put(key, value));
    }

    DeleteRangeResponse delete(DeleteRangeRequest.Builder delete) {
        return ok(DeleteRangeResponse.class, apply(command().setDeleteRange(delete)));
    }

    TxnResponse txn(TxnRequest.Builder txn) {
        return ok(TxnResponse.class, apply(command().setTxn(txn)));
    }

    CompactionResponse compact(long revision) {
        return ok(
                CompactionResponse.class,
                apply(command().setCompaction(CompactionRequest.newBuilder().setRevision(revision))));
    }

    LeaseGrantResponse grant(long leaseId, long ttlSeconds) {
        return ok(LeaseGrantResponse.class, apply(grantCommand(leaseId, ttlSeconds)));
    }

    LeaseRevokeResponse revoke(long leaseId) {
        return ok(LeaseRevokeResponse.class, apply(revokeCommand(leaseId)));
    }

    AlarmResponse alarm(AlarmRequest.Builder alarm) {
        return ok(AlarmResponse.class, apply(command().setAlarm(alarm)));
    }

    static InternalRaftRequest.Builder command() {
        return InternalRaftRequest.newBuilder();
    }

    static InternalRaftRequest.Builder grantCommand(long leaseId, long ttlSeconds) {
        return command()
                .setLeaseGrant(LeaseGrantRequest.newBuilder().setID(leaseId).setTTL(ttlSeconds));
    }

    static InternalRaftRequest.Builder revokeCommand(long leaseId) {
        return command().setLeaseRevoke(LeaseRevokeRequest.newBuilder().setID(leaseId));
    }

    RangeResponse range(RangeRequest.Builder range) {
        return ok(RangeResponse.class, state.range(range.build()));
    }

    static <M extends Message> M ok(Class<M> type, Applied applied) {
        return ok(type, outcome(applied));
    }

    static <M extends Message> M ok(Class<M> type, Outcome outcome) {
        return assertInstanceOf(
                type, assertInstanceOf(Outcome.Ok.class, outcome).response());
    }

    static Refusal refusal(Applied applied) {
        return refusal(outcome(applied));
    }

    static Refusal refusal(Outcome outcome) {
        return assertInstanceOf(Outcome.Refused.class, outcome).refusal();
    }

    private static Outcome outcome(Applied applied) {
        return assertInstanceOf(Outcome.class, applied.outcome());
    }

    void flush() {
        var flush = state.beginFlush();
        if (flush != null) flush.run();
    }

    /** Runs the physical part of accepted compactions, as the applier would after a flush. */
    void removeCompacted() {
        flush();
        for (var run = state.store().compactionRun();
                run != null;
                run = state.store().compactionRun()) {
            while (run.step(3)) {}
        }
    }

    /** Loses what was not flushed, opens again and applies the rest of the log; gives the answers of that. */
    List<Applied> crash() {
        engine.crash();
        state = open();
        var repeated = new ArrayList<Applied>();
        for (Entry entry : log.subList((int) state.appliedIndex(), log.size())) {
            // What comes back from the log are bytes.
            repeated.add(state.apply(new Entry(
                    entry.term(),
                    entry.index(),
                    entry.type(),
                    Payload.of(entry.payload().bytes()))));
        }
        return repeated;
    }

    /** Closes and opens again. */
    void reopen() {
        state.close();
        engine.reopen();
        state = open();
    }

    @Override
    public void close() {
        state.close();
    }
}
