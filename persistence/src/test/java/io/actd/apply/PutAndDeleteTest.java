package io.actd.apply;

import static io.actd.apply.Machine.command;
import static io.actd.apply.Machine.refusal;
import static io.actd.apply.Requests.bytes;
import static io.actd.apply.Requests.delete;
import static io.actd.apply.Requests.everything;
import static io.actd.apply.Requests.get;
import static io.actd.apply.Requests.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.protobuf.ByteString;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.DeleteRangeResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Revisions, puts and deletes (spec §3, §5, §8). */
class PutAndDeleteTest {
    private final Machine machine = new Machine();

    @AfterEach
    void close() {
        machine.close();
    }

    private KeyValue pair(String key) {
        return machine.range(get(key)).getKvs(0);
    }

    @Test
    void first_change_is_revision_2() { // spec R-1, H-1, H-2
        assertEquals(1, machine.range(get("a")).getHeader().getRevision());
        var header = machine.put("a", "1").getHeader();
        assertEquals(Machine.HEADERS.at(2), header);
    }

    @Test
    void each_put_is_a_change_even_of_the_same_value() { // spec
        machine.put("a", "1");
        machine.put("a", "1");
        var pair = pair("a");
        assertEquals(2, pair.getCreateRevision());
        assertEquals(3, pair.getModRevision());
        assertEquals(2, pair.getVersion());
    }

    @Test
    void delete_ends_the_incarnation() { // spec R-6
        machine.put("a", "1");
        machine.put("a", "2");
        machine.delete(delete("a"));
        machine.put("a", "3");
        var pair = pair("a");
        assertEquals(5, pair.getCreateRevision());
        assertEquals(5, pair.getModRevision());
        assertEquals(1, pair.getVersion());
    }

    @Test
    void prev_kv_is_the_pair_before() { // spec P-4
        assertFalse(machine.put(put("a", "1").setPrevKv(true)).hasPrevKv());
        var before = pair("a");
        assertEquals(before, machine.put(put("a", "2").setPrevKv(true)).getPrevKv());
        assertFalse(machine.put("a", "3").hasPrevKv());
    }

    @Test
    void ignore_value_keeps_the_value() { // spec P-5
        var keep = put("a", "").setIgnoreValue(true);
        assertEquals(Refusal.KEY_NOT_FOUND, refusal(machine.apply(command().setPut(keep))));
        assertEquals(1, machine.state().store().revision(), "O-4: a refused put has no revision");
        machine.put("a", "1");
        machine.put(keep);
        assertEquals("1", pair("a").getValue().toStringUtf8());
        assertEquals(2, pair("a").getVersion());
        assertEquals(3, pair("a").getModRevision());
    }

    @Test
    void ignore_lease_keeps_the_lease() { // spec P-6, P-7
        machine.grant(11, 60);
        machine.put(put("a", "1").setLease(11));
        machine.put(put("a", "2").setIgnoreLease(true));
        assertEquals(11, pair("a").getLease());
        machine.put(put("a", "").setIgnoreLease(true).setIgnoreValue(true));
        assertEquals("2", pair("a").getValue().toStringUtf8());
        assertEquals(List.of(bytes("a")), machine.state().leases().keysOf(11));
    }

    @Test
    void lease_is_checked_before_the_key() { // spec P-2, P-7
        var put = put("a", "").setLease(404).setIgnoreValue(true);
        assertEquals(Refusal.LEASE_NOT_FOUND, refusal(machine.apply(command().setPut(put))));
    }

    @Test
    void a_put_is_one_event() { // spec W-11
        var applied = machine.apply(command().setPut(put("a", "1")));
        var events = applied.events();
        assertNotNull(events);
        assertEquals(2, events.revision());
        assertEquals(List.of(Event.newBuilder().setKv(pair("a")).build()), events.events());
    }

    @Test
    void delete_takes_all_keys_of_the_range_at_one_revision() { // spec D-1, D-2, R-2
        machine.put("a", "1");
        machine.put("b", "2");
        machine.put("c", "3");
        var pairs = machine.range(everything()).getKvsList();
        var applied = machine.apply(command().setDeleteRange(delete("a", "c").setPrevKv(true)));
        var response = Machine.ok(DeleteRangeResponse.class, applied);
        assertEquals(2, response.getDeleted());
        assertEquals(5, response.getHeader().getRevision());
        assertEquals(pairs.subList(0, 2), response.getPrevKvsList());
        var events = applied.events();
        assertNotNull(events);
        assertEquals(2, events.events().size());
        var first = events.events().get(0);
        assertEquals(Event.EventType.DELETE, first.getType());
        assertEquals(KeyValue.newBuilder().setKey(bytes("a")).setModRevision(5).build(), first.getKv());
        assertEquals(1, machine.range(everything()).getCount());
    }

    @Test
    void delete_has_no_limit() { // spec D-5
        for (int i = 0; i < 20_000; i++) machine.put("k" + i, "v");
        var response =
                Machine.ok(DeleteRangeResponse.class, machine.apply(command().setDeleteRange(delete("k", "l"))));
        assertEquals(20_000, response.getDeleted());
        assertEquals(0, machine.range(everything()).getCount());
    }

    @Test
    void deleting_nothing_is_no_change() { // spec D-3, R-3
        machine.put("a", "1");
        var applied = machine.apply(command().setDeleteRange(delete("b").setPrevKv(true)));
        assertNull(applied.events());
        var response = Machine.ok(DeleteRangeResponse.class, applied);
        assertEquals(0, response.getDeleted());
        assertEquals(2, response.getHeader().getRevision());
        assertEquals(0, machine.delete(delete("z", "a")).getDeleted(), "K-3: reversed range");
    }

    @Test
    void open_ended_delete_reaches_all_above() { // spec §4, K-1
        machine.put("a", "1");
        machine.put("b", "2");
        machine.put("c", "3");
        assertEquals(2, machine.delete(delete("b").setRangeEnd(Requests.OPEN)).getDeleted());
        assertEquals(1, machine.delete(delete("\0").setRangeEnd(Requests.OPEN)).getDeleted());
    }

    @Test
    void keys_order_as_unsigned_bytes() { // spec §4
        machine.put(put("", "high").setKey(ByteString.copyFrom(new byte[] {(byte) 0xff})));
        machine.put("a", "low");
        assertEquals("low", machine.range(everything()).getKvs(0).getValue().toStringUtf8());
    }
}
