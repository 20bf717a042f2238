package io.actd.apply;

import static io.actd.apply.Requests.bytes;
import static io.actd.apply.Requests.compare;
import static io.actd.apply.Requests.put;
import static io.actd.apply.Requests.valueIs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.Compare;
import io.actd.protocol.api.Compare.CompareResult;
import io.actd.protocol.api.Compare.CompareTarget;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.TxnResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares (spec TX-13 to TX-16), both inside a write and as a read. */
class ComparesTest {
    private final Machine machine = new Machine();

    /** a: created 2, modified 3, version 2, lease 11, value "v"; b: 4, 4, 1, none, "w". */
    @BeforeEach
    void fill() {
        machine.grant(11, 60);
        machine.put("a", "u");
        machine.put(put("a", "v").setLease(11));
        machine.put("b", "w");
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private boolean holds(Compare.Builder compare) {
        var txn = TxnRequest.newBuilder().addCompare(compare);
        var read = Machine.ok(TxnResponse.class, machine.state().readOnlyTxn(txn.build()));
        assertEquals(read.getSucceeded(), machine.txn(txn).getSucceeded());
        return read.getSucceeded();
    }

    @Test
    void numbers_compare_signed() { // spec TX-13
        for (var target :
                new CompareTarget[] {CompareTarget.VERSION, CompareTarget.CREATE, CompareTarget.MOD, CompareTarget.LEASE
                }) {
            long actual = actual(target);
            assertTrue(holds(number("a", target, CompareResult.EQUAL, actual)));
            assertFalse(holds(number("a", target, CompareResult.NOT_EQUAL, actual)));
            assertTrue(holds(number("a", target, CompareResult.GREATER, actual - 1)));
            assertTrue(holds(number("a", target, CompareResult.GREATER, -1)));
            assertFalse(holds(number("a", target, CompareResult.GREATER, actual)));
            assertTrue(holds(number("a", target, CompareResult.LESS, actual + 1)));
            assertFalse(holds(number("a", target, CompareResult.LESS, actual)));
        }
    }

    private static long actual(CompareTarget target) {
        return switch (target) {
            case VERSION, CREATE -> 2;
            case MOD -> 3;
            case LEASE -> 11;
            case VALUE, UNRECOGNIZED -> throw new IllegalArgumentException(target.name());
        };
    }

    private static Compare.Builder number(String key, CompareTarget target, CompareResult result, long given) {
        var compare = compare(key, target, result);
        return switch (target) {
            case VERSION -> compare.setVersion(given);
            case CREATE -> compare.setCreateRevision(given);
            case MOD -> compare.setModRevision(given);
            case LEASE -> compare.setLease(given);
            case VALUE, UNRECOGNIZED -> throw new IllegalArgumentException(target.name());
        };
    }

    @Test
    void values_compare_as_unsigned_bytes() { // spec TX-13
        assertTrue(holds(valueIs("a", "v")));
        assertTrue(holds(valueIs("a", "u").setResult(CompareResult.GREATER)));
        assertTrue(holds(
                valueIs("a", "").setResult(CompareResult.LESS).setValue(ByteString.copyFrom(new byte[] {(byte) 0xff
                }))));
        assertTrue(holds(valueIs("a", "vv").setResult(CompareResult.LESS)), "a prefix is less");
    }

    @Test
    void missing_key_has_zeros_and_no_value() { // spec TX-14
        assertTrue(holds(number("x", CompareTarget.CREATE, CompareResult.EQUAL, 0)));
        assertTrue(holds(number("x", CompareTarget.VERSION, CompareResult.LESS, 1)));
        assertTrue(holds(number("x", CompareTarget.LEASE, CompareResult.NOT_EQUAL, 11)));
        for (var result : new CompareResult[] {
            CompareResult.EQUAL, CompareResult.NOT_EQUAL, CompareResult.GREATER, CompareResult.LESS
        }) {
            assertFalse(holds(valueIs("x", "").setResult(result)));
        }
    }

    @Test
    void range_compare_must_hold_for_every_key() { // spec TX-15
        var all = bytes("z");
        assertTrue(
                holds(number("a", CompareTarget.MOD, CompareResult.GREATER, 2).setRangeEnd(all)));
        assertFalse(
                holds(number("a", CompareTarget.MOD, CompareResult.GREATER, 3).setRangeEnd(all)));
        assertTrue(holds(valueIs("a", "u").setResult(CompareResult.GREATER).setRangeEnd(Requests.OPEN)));
        assertTrue(
                holds(number("x", CompareTarget.CREATE, CompareResult.EQUAL, 0).setRangeEnd(all)), "none there");
        assertFalse(holds(valueIs("x", "").setRangeEnd(all)));
        assertTrue(
                holds(number("z", CompareTarget.CREATE, CompareResult.EQUAL, 0).setRangeEnd(bytes("a"))), "K-3");
    }

    @Test
    void union_member_of_another_target_is_zero() { // spec TX-16
        assertFalse(
                holds(compare("a", CompareTarget.VERSION, CompareResult.EQUAL).setModRevision(2)));
        assertTrue(
                holds(compare("a", CompareTarget.VERSION, CompareResult.GREATER).setModRevision(99)));
        assertTrue(holds(compare("x", CompareTarget.VERSION, CompareResult.EQUAL)), "none set");
        assertTrue(holds(compare("a", CompareTarget.VALUE, CompareResult.GREATER)), "empty value");
    }

    @Test
    void undefined_numbers_have_fixed_meanings() { // spec TX-16
        assertTrue(holds(valueIs("a", "no").setResultValue(9)));
        assertTrue(holds(valueIs("a", "no").setTargetValue(9)));
        assertFalse(holds(valueIs("a", "no").setTargetValue(9).setResult(CompareResult.NOT_EQUAL)));
    }
}
