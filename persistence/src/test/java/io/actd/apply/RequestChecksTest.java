package io.actd.apply;

import static io.actd.apply.Requests.absent;
import static io.actd.apply.Requests.bytes;
import static io.actd.apply.Requests.delete;
import static io.actd.apply.Requests.get;
import static io.actd.apply.Requests.op;
import static io.actd.apply.Requests.put;
import static io.actd.apply.Requests.txn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.protocol.Refusal;
import io.actd.protocol.api.AlarmRequest;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.TxnRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is refused before it is proposed. */
class RequestChecksTest {
    private static @Nullable Refusal check(TxnRequest.Builder txn) {
        return RequestChecks.check(txn.build(), 128);
    }

    @Test
    void empty_key_is_refused() { // spec K-4, P-1
        assertEquals(Refusal.KEY_NOT_PROVIDED, RequestChecks.check(get("").build()));
        assertEquals(Refusal.KEY_NOT_PROVIDED, RequestChecks.check(put("", "v").build()));
        assertEquals(Refusal.KEY_NOT_PROVIDED, RequestChecks.check(delete("").build()));
        assertNull(RequestChecks.check(put("k", "").build()));
    }

    @Test
    void undefined_sort_numbers_are_refused() { // spec RG-14
        assertEquals(
                Refusal.INVALID_SORT_OPTION,
                RequestChecks.check(get("k").setSortOrderValue(3).build()));
        assertEquals(
                Refusal.INVALID_SORT_OPTION,
                RequestChecks.check(get("k").setSortTargetValue(5).build()));
    }

    @Test
    void ignored_parts_must_not_be_given() { // spec P-5, P-6
        assertEquals(
                Refusal.VALUE_PROVIDED,
                RequestChecks.check(put("k", "v").setIgnoreValue(true).build()));
        assertEquals(
                Refusal.LEASE_PROVIDED,
                RequestChecks.check(
                        put("k", "v").setIgnoreLease(true).setLease(1).build()));
        assertNull(RequestChecks.check(
                put("k", "").setIgnoreValue(true).setIgnoreLease(true).build()));
    }

    @Test
    void undefined_alarm_action_is_refused() { // spec MT-4, §21 3
        assertEquals(
                Refusal.INVALID_ALARM_ACTION,
                RequestChecks.check(AlarmRequest.newBuilder().setActionValue(9).build()));
        assertNull(RequestChecks.check(AlarmRequest.getDefaultInstance()));
    }

    @Test
    void txn_checks_come_in_order() { // spec TX-1
        var broken = TxnRequest.newBuilder()
                .addCompare(absent(""))
                .addSuccess(op(put("a", "v").setIgnoreValue(true)))
                .addSuccess(op(put("b", "")))
                .addSuccess(op(put("b", "")))
                .addFailure(op(put("c", "").setIgnoreLease(true).setLease(5)));
        assertEquals(Refusal.TOO_MANY_OPS, RequestChecks.check(broken.build(), 2));
        assertEquals(Refusal.KEY_NOT_PROVIDED, check(broken));
        broken.clearCompare();
        assertEquals(Refusal.VALUE_PROVIDED, check(broken));
        broken.setSuccess(0, op(put("a", "")));
        assertEquals(Refusal.LEASE_PROVIDED, check(broken), "ops of failure before duplicates of success");
        broken.clearFailure();
        assertEquals(Refusal.DUPLICATE_KEY, check(broken));
    }

    @Test
    void limit_counts_the_longest_list_and_shrinks_inside() { // spec TX-2
        var two = txn(op(get("a")), op(get("b")));
        assertNull(RequestChecks.check(two.build(), 2));
        assertEquals(Refusal.TOO_MANY_OPS, RequestChecks.check(two.build(), 1));
        var nested = txn(op(two));
        assertNull(RequestChecks.check(nested.build(), 3));
        assertEquals(Refusal.TOO_MANY_OPS, RequestChecks.check(nested.build(), 2));
        var compares = TxnRequest.newBuilder().addCompare(absent("a")).addCompare(absent("a"));
        assertEquals(Refusal.TOO_MANY_OPS, RequestChecks.check(compares.build(), 1));
    }

    @Test
    void nesting_is_bounded_by_the_limit() { // spec TX-2
        var deep = txn(op(get("a")));
        for (int i = 0; i < 127; i++) deep = txn(op(deep));
        assertNull(check(deep));
        assertEquals(Refusal.TOO_MANY_OPS, check(txn(op(deep))));
    }

    @Test
    void op_without_member_is_key_not_found() { // spec TX-3
        assertEquals(Refusal.KEY_NOT_FOUND, check(txn(RequestOp.getDefaultInstance())));
    }

    @Test
    void two_puts_of_a_key_are_refused() { // spec TX-4 a
        assertEquals(Refusal.DUPLICATE_KEY, check(txn(op(put("a", "1")), op(put("a", "2")))));
        assertEquals(
                Refusal.DUPLICATE_KEY,
                check(TxnRequest.newBuilder().addFailure(op(put("a", "1"))).addFailure(op(put("a", "2")))));
        assertNull(check(txn(op(put("a", "1"))).addFailure(op(put("a", "2")))), "branches exclude each other");
    }

    @Test
    void put_of_a_deleted_key_is_refused_in_any_order() { // spec TX-4 b
        assertEquals(Refusal.DUPLICATE_KEY, check(txn(op(put("b", "1")), op(delete("a", "c")))));
        assertEquals(Refusal.DUPLICATE_KEY, check(txn(op(delete("b")), op(put("b", "1")))));
        assertNull(check(txn(op(delete("a", "b")), op(put("b", "1")))), "the end is exclusive");
    }

    @Test
    void deletes_may_overlap() { // spec TX-4 c
        assertNull(check(txn(op(delete("a", "c")), op(delete("b", "d")), op(delete("b")))));
    }

    @Test
    void branches_of_a_nested_txn_exclude_each_other() { // spec TX-4 d
        var either = txn(op(put("a", "1"))).addFailure(op(put("a", "2")));
        assertNull(check(txn(op(either))));
        assertEquals(Refusal.DUPLICATE_KEY, check(txn(op(either), op(put("a", "3")))));
        assertEquals(Refusal.DUPLICATE_KEY, check(txn(op(either), op(either))));
        var inside = txn(op(put("a", "1")), op(put("a", "2")));
        assertEquals(Refusal.DUPLICATE_KEY, check(txn(op(inside))));
    }

    @Test
    void nested_deletes_count_for_own_puts_and_later_nested_ones() { // spec TX-4 e
        var deleting = TxnRequest.newBuilder().addFailure(op(delete("a", "c")));
        var putting = txn(op(put("b", "1")));
        assertEquals(Refusal.DUPLICATE_KEY, check(txn(op(put("b", "1")), op(deleting))));
        assertEquals(Refusal.DUPLICATE_KEY, check(txn(op(deleting), op(putting))));
    }

    @Test
    void what_etcd_overlooks_is_let_through() { // spec TX-5
        assertNull(check(txn(op(txn(op(put("b", "1")))), op(txn(op(delete("a", "c")))))));
        assertNull(check(txn(op(put("b", "1")), op(delete("a").setRangeEnd(Requests.OPEN)))));
    }

    @Test
    void read_only_is_plain_ranges_in_both_branches() { // spec TX-17
        assertTrue(RequestChecks.isReadOnly(
                txn(op(get("a"))).addFailure(op(get("b"))).build()));
        assertTrue(RequestChecks.isReadOnly(TxnRequest.getDefaultInstance()));
        assertFalse(RequestChecks.isReadOnly(
                txn(op(get("a"))).addFailure(op(put("b", ""))).build()));
        assertFalse(RequestChecks.isReadOnly(txn(op(txn(op(get("a"))))).build()), "nested");
    }

    @Test
    void serializable_needs_at_least_one_range() { // spec TX-18
        var range = get("a").setSerializable(true);
        assertTrue(RequestChecks.isSerializable(txn(op(range)).build()));
        assertFalse(RequestChecks.isSerializable(txn(op(range), op(get("b"))).build()));
        assertFalse(RequestChecks.isSerializable(
                TxnRequest.newBuilder().addCompare(absent("a")).build()));
        assertTrue(RequestChecks.isSerializable(
                txn(op(range)).addCompare(absent("a").setRangeEnd(bytes("b"))).build()));
    }
}
