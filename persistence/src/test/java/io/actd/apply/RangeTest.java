package io.actd.apply;

import static io.actd.apply.Machine.refusal;
import static io.actd.apply.Requests.bytes;
import static io.actd.apply.Requests.delete;
import static io.actd.apply.Requests.everything;
import static io.actd.apply.Requests.get;
import static io.actd.apply.Requests.put;
import static io.actd.apply.Requests.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.CompactionResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeRequest.SortOrder;
import io.actd.protocol.api.RangeRequest.SortTarget;
import io.actd.protocol.api.RangeResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads (spec §4, §6). */
class RangeTest {
    private final Machine machine = new Machine();

    /** Revisions 2 to 6; c has version 2, and values run against keys. */
    @BeforeEach
    void fill() {
        machine.put("c", "x");
        machine.put("b", "2");
        machine.put("a", "3");
        machine.put("c", "1");
        machine.put("d", "0");
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private static List<String> keys(RangeResponse response) {
        var keys = new ArrayList<String>();
        for (var pair : response.getKvsList()) keys.add(pair.getKey().toStringUtf8());
        return keys;
    }

    private List<String> keys(RangeRequest.Builder request) {
        return keys(machine.range(request));
    }

    @Test
    void default_order_is_by_key() { // spec RG-11, §4
        assertEquals(List.of("a", "b", "c", "d"), keys(everything()));
        assertEquals(List.of("b", "c"), keys(range("b", "d")));
        assertEquals(List.of("c", "d"), keys(get("c").setRangeEnd(Requests.OPEN)));
        assertEquals(List.of("b"), keys(get("b")));
    }

    @Test
    void missing_key_and_reversed_range_are_empty() { // spec RG-15, K-3
        assertEquals(0, machine.range(get("zz")).getCount());
        assertEquals(List.of(), keys(range("c", "a")));
        assertEquals(List.of(), keys(range("c", "c")));
    }

    @Test
    void limit_cuts_and_more_tells() { // spec RG-6, RG-7
        var two = machine.range(everything().setLimit(2));
        assertEquals(List.of("a", "b"), keys(two));
        assertTrue(two.getMore());
        assertEquals(4, two.getCount());
        var four = machine.range(everything().setLimit(4));
        assertFalse(four.getMore());
        assertEquals(4, four.getKvsCount());
        assertEquals(4, machine.range(everything().setLimit(-1)).getKvsCount());
    }

    @Test
    void count_only_counts_everything() { // spec RG-8
        var response = machine.range(
                everything().setCountOnly(true).setLimit(1).setMinModRevision(5).setSortTarget(SortTarget.MOD));
        assertEquals(0, response.getKvsCount());
        assertEquals(4, response.getCount());
        assertFalse(response.getMore());
    }

    @Test
    void keys_only_leaves_out_values() { // spec RG-9
        for (var pair : machine.range(everything().setKeysOnly(true)).getKvsList()) {
            assertEquals(ByteString.EMPTY, pair.getValue());
            assertTrue(pair.getModRevision() > 1 && pair.getVersion() > 0);
        }
    }

    @Test
    void filters_are_inclusive_and_come_before_the_limit() { // spec RG-10, RG-7
        assertEquals(List.of("a", "c"), keys(everything().setMinModRevision(4).setMaxModRevision(5)));
        assertEquals(
                List.of("b", "c"), keys(everything().setMinCreateRevision(2).setMaxCreateRevision(3)));
        var limited = machine.range(everything().setMinModRevision(4).setLimit(2));
        assertEquals(List.of("a", "c"), keys(limited));
        assertTrue(limited.getMore());
        assertEquals(4, limited.getCount());
        assertFalse(machine.range(everything().setMinModRevision(4).setLimit(3)).getMore());
    }

    @Test
    void sorting_comes_before_the_limit() { // spec RG-12
        assertEquals(
                List.of("d", "c"),
                keys(everything().setSortOrder(SortOrder.DESCEND).setLimit(2)));
        var byValue = everything().setSortTarget(SortTarget.VALUE).setSortOrder(SortOrder.ASCEND);
        assertEquals(List.of("d", "c", "b"), keys(byValue.setLimit(3)));
        assertTrue(machine.range(byValue).getMore());
        assertEquals(List.of("c", "b", "a", "d"), keys(everything().setSortTarget(SortTarget.CREATE)), "RG-11: NONE");
        assertEquals(
                List.of("d", "c", "a", "b"),
                keys(everything().setSortTarget(SortTarget.MOD).setSortOrder(SortOrder.DESCEND)));
        assertEquals(
                "c",
                keys(everything().setSortTarget(SortTarget.VERSION).setSortOrder(SortOrder.DESCEND))
                        .get(0));
    }

    @Test
    void reads_at_a_revision_see_the_past() { // spec RG-4, RG-5, H-2
        machine.delete(delete("a"));
        var past = machine.range(everything().setRevision(4));
        assertEquals(List.of("a", "b", "c"), keys(past));
        assertEquals("x", past.getKvs(2).getValue().toStringUtf8());
        assertEquals(7, past.getHeader().getRevision(), "the store's revision, not the one asked for");
        assertEquals(List.of("b", "c", "d"), keys(everything().setRevision(-5)));
        assertEquals(
                Refusal.FUTURE_REVISION,
                refusal(machine.state().range(everything().setRevision(8).build())));
    }

    @Test
    void reads_below_the_compacted_revision_are_refused() { // spec RG-4, C-2, C-4
        machine.compact(5);
        assertEquals(
                Refusal.COMPACTED,
                refusal(machine.state().range(everything().setRevision(4).build())));
        assertEquals(List.of("a", "b", "c"), keys(everything().setRevision(5)));
        assertEquals(List.of("a", "b", "c", "d"), keys(everything().setRevision(-1)));
    }

    @Test
    void compaction_is_bounded_by_both_revisions() { // spec C-1, C-5
        assertEquals(Refusal.FUTURE_REVISION, refusal(compact(7)));
        assertEquals(Refusal.COMPACTED, refusal(compact(-1)));
        var applied = compact(0);
        assertTrue(applied.compacted(), "0 is accepted once");
        assertEquals(Refusal.COMPACTED, refusal(compact(0)));
        var full = compact(6);
        assertEquals(6, Machine.ok(CompactionResponse.class, full).getHeader().getRevision());
        assertFalse(refused(6).compacted());
        assertEquals(bytes("1"), machine.range(get("c")).getKvs(0).getValue());
        assertEquals(6, machine.state().store().revision());
    }

    private Applied refused(long revision) {
        var applied = compact(revision);
        assertEquals(Refusal.COMPACTED, refusal(applied));
        return applied;
    }

    private Applied compact(long revision) {
        return machine.apply(
                Machine.command().setCompaction(CompactionRequest.newBuilder().setRevision(revision)));
    }

    @Test
    void range_through_the_log_has_no_effect() { // spec FM-38
        var applied = machine.apply(Machine.command().setRange(get("a")));
        assertEquals(List.of("a"), keys(Machine.ok(RangeResponse.class, applied)));
        assertEquals(6, machine.put(put("a", "4")).getHeader().getRevision() - 1);
    }
}
