package io.actd.apply;

import static io.actd.apply.Machine.command;
import static io.actd.apply.Machine.refusal;
import static io.actd.apply.Requests.get;
import static io.actd.apply.Requests.op;
import static io.actd.apply.Requests.put;
import static io.actd.apply.Requests.txn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.actd.invariant.Invariant;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.AuthEnableRequest;
import io.actd.protocol.api.HashKVRequest;
import io.actd.protocol.api.HashKVResponse;
import io.actd.protocol.api.HashResponse;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.Member;
import io.actd.raft.Entry;
import io.actd.raft.Payload;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The state machine as a whole: order, restarts, and any mix of commands against the naive store. */
class StateMachineTest {
    private final Machine machine = new Machine();

    @AfterEach
    void close() {
        machine.close();
    }

    private int hashKv() {
        return Machine.ok(HashKVResponse.class, machine.state().hashKv(HashKVRequest.getDefaultInstance()))
                .getHash();
    }

    private int hash() {
        return Machine.ok(HashResponse.class, machine.state().hash()).getHash();
    }

    // A member that stops closes its store before the last caller is gone (simulation of three members, seed 159).
    @Test
    void closed_readsAreRefused() {
        machine.apply(command().setPut(put("k", "v")));
        machine.state().close();
        assertEquals(Refusal.STOPPED, refusal(machine.state().range(get("k").build())));
        assertEquals(
                Refusal.STOPPED,
                refusal(machine.state().readOnlyTxn(txn(op(get("k"))).build())));
        assertEquals(Refusal.STOPPED, refusal(machine.state().hash()));
    }

    @Test
    void empty_entry_only_moves_the_index() { // spec FM-15, FM-68
        var applied = machine.apply(Entry.Type.NORMAL, Payload.EMPTY);
        assertNull(applied.outcome());
        assertEquals(0, applied.requestId());
        assertEquals(1, machine.state().appliedIndex());
        machine.reopen();
        assertEquals(1, machine.state().appliedIndex());
        assertEquals(1, machine.state().appliedTerm());
    }

    @Test
    void entries_come_in_order() {
        var entry = new Entry(1, 2, Entry.Type.NORMAL, Payload.EMPTY);
        assertThrows(Invariant.Broken.class, () -> machine.state().apply(entry));
    }

    @Test
    void request_id_is_of_the_header_else_the_old_field() { // spec FM-38
        assertEquals(100, machine.apply(command().setPut(put("a", "1"))).requestId());
        var old =
                InternalRaftRequest.newBuilder().setID(5).setPut(put("a", "1")).build();
        assertEquals(
                5,
                machine.apply(Entry.Type.NORMAL, Payload.of(old.toByteArray())).requestId());
        var nobody = InternalRaftRequest.newBuilder().setPut(put("a", "1")).build();
        assertNull(machine.apply(Entry.Type.NORMAL, Command.of(nobody)).outcome());
        assertEquals(4, machine.state().store().revision());
    }

    @Test
    void commands_of_later_issues_are_refused_alike() { // faults D21
        assertEquals(
                Refusal.NOT_CAPABLE,
                refusal(machine.apply(command().setAuthEnable(AuthEnableRequest.getDefaultInstance()))));
        assertEquals(Refusal.UNKNOWN_METHOD, refusal(machine.apply(command())));
    }

    @Test
    void flush_is_only_for_something_new() { // spec FM-68
        assertNull(machine.state().beginFlush());
        machine.put("a", "1");
        machine.flush();
        assertNull(machine.state().beginFlush());
        machine.crash();
        assertEquals(1, machine.state().appliedIndex());
    }

    @Test
    void hash_of_the_whole_backend_does_not_depend_on_flushes() { // spec MT-14, FM-77
        machine.put("a", "1");
        int buffered = hash();
        machine.flush();
        assertEquals(buffered, hash());
        machine.apply(Entry.Type.NORMAL, Payload.EMPTY);
        machine.flush();
        assertEquals(buffered, hash(), "consistent_index and term are left out");
        machine.grant(1, 10);
        assertEquals(false, buffered == hash());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void any_commands_answer_as_the_naive_store_does(long seed) { // spec §3 to §10, §12
        var model = new NaiveStore();
        var commands = new RandomCommands(seed);
        for (int step = 0; step < 1500; step++) {
            var command = commands.next(model.revision());
            var expected = model.apply(command.build());
            var applied = machine.apply(command);
            var at = "seed " + seed + " step " + step + " " + command;
            assertEquals(expected, applied.outcome(), at);
            if (model.events().isEmpty()) {
                assertNull(applied.events(), at);
            } else {
                assertNotNull(applied.events(), at);
                assertEquals(model.events(), applied.events().events(), at);
                assertEquals(model.revision(), applied.events().revision(), at);
            }
            var range = commands.range(model.revision());
            assertEquals(model.read(range), machine.state().range(range), at + " then " + range);
            if (commands.below(50) == 0) machine.flush();
            if (applied.compacted() && commands.below(2) == 0) machine.removeCompacted();
            if (commands.below(300) == 0) machine.reopen();
            if (commands.below(300) == 0) machine.crash();
        }
        var last = command().setPut(put("last", "above any compaction"));
        assertEquals(model.apply(last.build()), machine.apply(last).outcome());
        assertEquals(model.hashKv(), hashKv(), "seed " + seed);
        machine.reopen();
        assertEquals(model.hashKv(), hashKv(), "seed " + seed);
        sameLeases(model);
    }

    private void sameLeases(NaiveStore model) {
        var book = machine.state().leases();
        assertEquals(model.leases().size(), book.all().size());
        model.leases().forEach((id, ttl) -> {
            assertEquals(new LeaseBook.LeaseInfo(id, ttl, 0), book.find(id));
            assertEquals(Set.copyOf(model.keysOf(id)), Set.copyOf(book.keysOf(id)), "lease " + id);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void crash_loses_nothing_and_repeats_nothing(long seed) { // faults D1, D3, D8, D21
        var commands = new RandomCommands(seed);
        machine.change(
                ConfChanges.bootstrap(Member.newBuilder().setID(7).setName("n").build()));
        for (int step = 0; step < 400; step++) {
            machine.apply(commands.next(machine.state().store().revision()));
            if (commands.below(12) == 0) machine.flush();
            if (commands.below(25) == 0) {
                int kv = hashKv();
                int all = hash();
                long revision = machine.state().store().revision();
                var leases = machine.state().leases().all();
                if (commands.below(2) == 0) machine.state().beginFlush(); // cut, but it never reaches the engine
                var repeated = machine.crash();
                var at = "seed " + seed + " step " + step;
                var answers = machine.answers();
                assertEquals(answers.subList(answers.size() - repeated.size(), answers.size()), repeated, at);
                assertEquals(revision, machine.state().store().revision(), at);
                assertEquals(kv, hashKv(), at);
                assertEquals(all, hash(), at);
                assertEquals(leases, machine.state().leases().all(), at);
                assertEquals(answers.size(), machine.state().appliedIndex(), at);
            }
        }
    }
}
