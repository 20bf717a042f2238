package io.actd.apply;

import static io.actd.apply.Machine.command;
import static io.actd.apply.Machine.refusal;
import static io.actd.apply.Requests.absent;
import static io.actd.apply.Requests.bytes;
import static io.actd.apply.Requests.compare;
import static io.actd.apply.Requests.delete;
import static io.actd.apply.Requests.everything;
import static io.actd.apply.Requests.get;
import static io.actd.apply.Requests.op;
import static io.actd.apply.Requests.put;
import static io.actd.apply.Requests.txn;
import static io.actd.apply.Requests.valueIs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.Compare.CompareResult;
import io.actd.protocol.api.Compare.CompareTarget;
import io.actd.protocol.api.HashKVRequest;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.TxnResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How txns run (spec TX-6 to TX-12, TX-17). */
class TxnTest {
    private final Machine machine = new Machine();

    @AfterEach
    void close() {
        machine.close();
    }

    private static ResponseHeader onlyRevision(long revision) {
        return ResponseHeader.newBuilder().setRevision(revision).build();
    }

    private void unchangedAfterRefusal(Refusal expected, TxnRequest.Builder txn) {
        long revision = machine.state().store().revision();
        var pairs = machine.range(everything()).getKvsList();
        var applied = machine.apply(command().setTxn(txn));
        assertEquals(expected, refusal(applied));
        assertNull(applied.events());
        assertEquals(revision, machine.state().store().revision(), "O-4");
        assertEquals(pairs, machine.range(everything()).getKvsList());
    }

    @Test
    void compares_choose_the_branch() { // spec TX-7, TX-11, TX-19
        var createOrRead = TxnRequest.newBuilder()
                .addCompare(absent("a"))
                .addSuccess(op(put("a", "1")))
                .addFailure(op(get("a")));
        assertTrue(machine.txn(createOrRead).getSucceeded());
        var second = machine.txn(createOrRead);
        assertFalse(second.getSucceeded());
        assertEquals(
                "1",
                second.getResponses(0).getResponseRange().getKvs(0).getValue().toStringUtf8());
        assertTrue(machine.txn(txn(op(put("b", "1")))).getSucceeded(), "no compares are true");
    }

    @Test
    void operations_areCounted_asEtcdDoes() { // spec operations.md §8.2
        machine.apply(command().setPut(put("a", "12")));
        machine.apply(command().setTxn(txn(op(put("b", "1")), op(delete("a")), op(delete("nothing")))));
        machine.txn(TxnRequest.newBuilder().addCompare(absent("a")).addSuccess(op(get("b"))));
        machine.range(everything());
        unchangedAfterRefusal(Refusal.LEASE_NOT_FOUND, txn(op(put("c", "1").setLease(77))));
        var counted = machine.state().store().operations();
        assertEquals(2, counted.puts());
        assertEquals(5, counted.putBytes());
        assertEquals(2, counted.deletes());
        assertEquals(2, counted.txns());
        assertEquals(5, counted.ranges(), "compare, get, and three ranges of everything");
    }

    @Test
    void one_revision_for_all_changes() { // spec TX-12, R-2
        var applied = machine.apply(command().setTxn(txn(op(put("a", "1")), op(put("b", "2")))));
        var events = applied.events();
        assertNotNull(events);
        assertEquals(2, events.revision());
        assertEquals(2, events.events().size());
        assertEquals(2, Machine.ok(TxnResponse.class, applied).getHeader().getRevision());
    }

    @Test
    void headers_inside_tell_how_far_the_txn_is() { // spec R-8, H-2
        machine.put("a", "0");
        var response = machine.txn(txn(
                op(get("a")),
                op(delete("zz")),
                op(put("b", "1")),
                op(delete("zz")),
                op(get("b")),
                op(txn(op(get("a"))))));
        var ops = response.getResponsesList();
        assertEquals(onlyRevision(2), ops.get(0).getResponseRange().getHeader());
        assertEquals(onlyRevision(2), ops.get(1).getResponseDeleteRange().getHeader());
        assertEquals(onlyRevision(3), ops.get(2).getResponsePut().getHeader());
        assertEquals(onlyRevision(3), ops.get(3).getResponseDeleteRange().getHeader());
        assertEquals(onlyRevision(3), ops.get(4).getResponseRange().getHeader());
        assertTrue(ops.get(5).getResponseTxn().hasHeader());
        assertEquals(
                ResponseHeader.getDefaultInstance(), ops.get(5).getResponseTxn().getHeader());
        assertEquals(Machine.HEADERS.at(3), response.getHeader());
    }

    @Test
    void txn_without_change_has_the_store_revision() { // spec R-3
        machine.put("a", "0");
        var applied = machine.apply(command().setTxn(txn(op(delete("zz")), op(get("a")))));
        assertNull(applied.events());
        assertEquals(2, Machine.ok(TxnResponse.class, applied).getHeader().getRevision());
    }

    @Test
    void ranges_see_earlier_ops_unless_they_name_a_revision() { // spec TX-9, TX-10
        machine.put("a", "0");
        var response = machine.txn(txn(
                op(put("a", "1")),
                op(get("a")),
                op(get("a").setRevision(2)),
                op(delete("a", "b").setPrevKv(true)),
                op(get("a"))));
        assertEquals(
                "1",
                response.getResponses(1).getResponseRange().getKvs(0).getValue().toStringUtf8());
        assertEquals(
                "0",
                response.getResponses(2).getResponseRange().getKvs(0).getValue().toStringUtf8());
        assertEquals(1, response.getResponses(3).getResponseDeleteRange().getDeleted());
        assertEquals(
                bytes("1"),
                response.getResponses(3).getResponseDeleteRange().getPrevKvs(0).getValue());
        assertEquals(0, response.getResponses(4).getResponseRange().getCount());
    }

    @Test
    void nested_compares_see_the_state_before_the_txn() { // spec TX-6
        var nested = TxnRequest.newBuilder()
                .addCompare(absent("a"))
                .addSuccess(op(put("b", "created")))
                .addFailure(op(put("b", "seen")));
        machine.txn(txn(op(put("a", "1")), op(nested)));
        assertEquals(bytes("created"), machine.range(get("b")).getKvs(0).getValue());
    }

    @Test
    void nested_txns_answer_in_place() { // spec TX-10, TX-11
        var inner = TxnRequest.newBuilder()
                .addCompare(valueIs("a", "never"))
                .addSuccess(op(get("x")))
                .addFailure(op(txn(op(put("c", "3")))))
                .addFailure(op(get("c")));
        var response = machine.txn(txn(op(put("a", "1")), op(inner), op(put("b", "2"))));
        var answer = response.getResponses(1).getResponseTxn();
        assertFalse(answer.getSucceeded());
        assertTrue(answer.getResponses(0).getResponseTxn().getSucceeded());
        assertEquals(1, answer.getResponses(1).getResponseRange().getCount());
        assertEquals(3, response.getResponsesCount());
        assertEquals(2, machine.range(get("b")).getKvs(0).getModRevision());
    }

    @Test
    void failing_op_fails_the_whole_txn() { // spec TX-8; faults D5
        machine.put("a", "0");
        unchangedAfterRefusal(Refusal.FUTURE_REVISION, txn(op(put("b", "1")), op(get("a").setRevision(3))));
        unchangedAfterRefusal(
                Refusal.LEASE_NOT_FOUND, txn(op(put("b", "1")), op(put("c", "1").setLease(404))));
        unchangedAfterRefusal(
                Refusal.KEY_NOT_FOUND,
                txn(op(put("b", "1")), op(txn(op(put("c", "").setIgnoreValue(true))))));
        unchangedAfterRefusal(Refusal.KEY_NOT_FOUND, txn(op(put("c", "1").setIgnoreLease(true))));
        machine.compact(2);
        machine.put("a", "1");
        machine.compact(3);
        unchangedAfterRefusal(Refusal.COMPACTED, txn(op(put("b", "1")), op(get("a").setRevision(2))));
    }

    /** Members remove compacted rows at moments of their own; what a txn finds at a revision must not depend on that. */
    @Test
    void ranges_at_a_revision_do_not_depend_on_what_is_removed_yet() { // spec TX-9, C-2; faults D6
        try (var slow = new Machine()) {
            for (var each : List.of(machine, slow)) {
                each.put("a", "1");
                each.put("a", "2");
                each.put("b", "3");
                each.compact(3);
            }
            machine.removeCompacted();
            for (long revision = 2; revision <= 5; revision++) {
                var txn = command().setTxn(txn(op(everything().setRevision(revision)), op(put("c", "" + revision))));
                var answer = machine.apply(txn).outcome();
                assertEquals(answer, slow.apply(txn).outcome(), "revision " + revision);
                assertNotNull(answer);
                boolean compacted = revision < 3;
                assertEquals(compacted, answer.equals(Outcome.refused(Refusal.COMPACTED)), "revision " + revision);
            }
            assertEquals(
                    machine.state().hashKv(HashKVRequest.getDefaultInstance()),
                    slow.state().hashKv(HashKVRequest.getDefaultInstance()));
        }
    }

    @Test
    void ops_off_the_path_are_not_checked() { // spec TX-8
        machine.txn(TxnRequest.newBuilder()
                .addSuccess(op(put("a", "1")))
                .addFailure(op(put("b", "1").setLease(404)))
                .addFailure(op(get("a").setRevision(99))));
        assertEquals(2, machine.state().store().revision());
    }

    @Test
    void negative_revision_is_held_against_the_compacted_one() { // spec TX-9
        machine.put("a", "0");
        var atMinusOne = txn(op(get("a").setRevision(-1)), op(put("b", "")));
        assertEquals(
                1, machine.txn(atMinusOne).getResponses(0).getResponseRange().getCount());
        machine.compact(2);
        unchangedAfterRefusal(Refusal.COMPACTED, atMinusOne);
    }

    @Test
    void overlaps_nobody_detects_run_in_list_order() { // spec TX-5
        var response = machine.txn(txn(op(txn(op(put("b", "1")))), op(txn(op(delete("a", "c"))))));
        assertEquals(
                1,
                response.getResponses(1)
                        .getResponseTxn()
                        .getResponses(0)
                        .getResponseDeleteRange()
                        .getDeleted());
        assertEquals(0, machine.range(get("b")).getCount());
        machine.put("b", "2");
        machine.txn(txn(op(put("b", "3")), op(delete("a").setRangeEnd(Requests.OPEN))));
        assertEquals(0, machine.range(everything()).getCount());
    }

    @Test
    void delete_then_put_begins_a_new_incarnation() { // spec R-6, TX-5
        machine.put("b", "1");
        machine.put("b", "2");
        machine.txn(txn(op(delete("a").setRangeEnd(Requests.OPEN)), op(put("b", "3"))));
        var pair = machine.range(get("b")).getKvs(0);
        assertEquals(4, pair.getCreateRevision());
        assertEquals(1, pair.getVersion());
    }

    @Test
    void keeping_what_the_same_txn_deletes_is_refused() { // spec TX-5
        machine.put("b", "1");
        var deleteAll = op(delete("a").setRangeEnd(Requests.OPEN));
        unchangedAfterRefusal(
                Refusal.KEY_NOT_FOUND, txn(deleteAll, op(put("b", "").setIgnoreValue(true))));
        unchangedAfterRefusal(
                Refusal.KEY_NOT_FOUND, txn(deleteAll, op(txn(op(put("b", "2").setIgnoreLease(true))))));
        machine.txn(txn(op(put("b", "").setIgnoreValue(true)), deleteAll));
        assertEquals(0, machine.range(get("b")).getCount());
    }

    @Test
    void leases_follow_the_ops() { // spec P-3, D-4, L-9
        machine.grant(11, 60);
        machine.txn(txn(op(put("a", "1").setLease(11)), op(put("b", "1").setLease(11))));
        assertEquals(2, machine.state().leases().keysOf(11).size());
        machine.txn(txn(op(put("a", "2")), op(delete("b"))));
        assertEquals(List.of(), machine.state().leases().keysOf(11));
    }

    @Test
    void read_only_txn_reads_at_one_revision() { // spec TX-17
        machine.put("a", "1");
        machine.put("a", "2");
        var read = TxnRequest.newBuilder()
                .addCompare(
                        compare("a", CompareTarget.VERSION, CompareResult.EQUAL).setVersion(2))
                .addSuccess(op(get("a").setRevision(2)))
                .addSuccess(op(get("a")));
        var response = Machine.ok(TxnResponse.class, machine.state().readOnlyTxn(read.build()));
        assertTrue(response.getSucceeded());
        assertEquals(Machine.HEADERS.at(3), response.getHeader());
        assertEquals(
                onlyRevision(3), response.getResponses(0).getResponseRange().getHeader());
        assertEquals(
                bytes("1"),
                response.getResponses(0).getResponseRange().getKvs(0).getValue());
        assertEquals(
                bytes("2"),
                response.getResponses(1).getResponseRange().getKvs(0).getValue());
        assertEquals(
                Refusal.FUTURE_REVISION,
                refusal(machine.state()
                        .readOnlyTxn(txn(op(get("a").setRevision(4))).build())));
        machine.compact(3);
        assertEquals(
                Refusal.COMPACTED,
                refusal(machine.state()
                        .readOnlyTxn(txn(op(get("a").setRevision(2))).build())));
    }

    @Test
    void deep_nesting_survives_the_log() { // spec TX-2; protobuf stops at 100 levels by itself
        var deep = txn(op(put("a", "deep")));
        for (int i = 0; i < 120; i++) deep = txn(op(deep));
        machine.txn(deep);
        machine.crash();
        assertEquals(bytes("deep"), machine.range(get("a")).getKvs(0).getValue());
    }
}
