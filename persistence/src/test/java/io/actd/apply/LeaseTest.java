package io.actd.apply;

import static io.actd.apply.Machine.command;
import static io.actd.apply.Machine.refusal;
import static io.actd.apply.Requests.bytes;
import static io.actd.apply.Requests.delete;
import static io.actd.apply.Requests.everything;
import static io.actd.apply.Requests.get;
import static io.actd.apply.Requests.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.actd.apply.LeaseBook.LeaseInfo;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.LeaseCheckpoint;
import io.actd.protocol.api.LeaseCheckpointRequest;
import io.actd.protocol.api.LeaseGrantResponse;
import io.actd.protocol.mvcc.Event;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Leases as applied state (spec §12). */
class LeaseTest {
    private final Machine machine = new Machine();

    @AfterEach
    void close() {
        machine.close();
    }

    private LeaseBook leases() {
        return machine.state().leases();
    }

    private Applied checkpoint(long leaseId, long remaining) {
        return machine.apply(command()
                .setLeaseCheckpoint(LeaseCheckpointRequest.newBuilder()
                        .addCheckpoints(
                                LeaseCheckpoint.newBuilder().setID(leaseId).setRemainingTTL(remaining))));
    }

    @Test
    void grant_answers_the_effective_life() { // spec L-1, L-2, L-3
        var applied = machine.apply(Machine.grantCommand(11, 60));
        var response = Machine.ok(LeaseGrantResponse.class, applied);
        assertEquals(11, response.getID());
        assertEquals(60, response.getTTL());
        assertEquals(Machine.HEADERS.at(1), response.getHeader());
        assertEquals("", response.getError());
        assertNull(applied.events());
        assertEquals(List.of(new LeaseChange.Granted(11, 60)), applied.leaseChanges());
    }

    @Test
    void life_is_raised_to_the_minimum() { // spec L-2
        assertEquals(2, machine.grant(1, 0).getTTL());
        assertEquals(2, machine.grant(2, -5).getTTL());
        assertEquals(2, machine.grant(3, 1).getTTL());
        assertEquals(9_000_000_000L, machine.grant(4, 9_000_000_000L).getTTL());
        assertEquals(Refusal.LEASE_TTL_TOO_LARGE, refusal(machine.apply(Machine.grantCommand(5, 9_000_000_001L))));
    }

    @Test
    void negative_ids_are_ids_and_used_ones_are_refused() { // spec L-1; faults D7
        assertEquals(-3, machine.grant(-3, 10).getID());
        assertEquals(Refusal.LEASE_EXISTS, refusal(machine.apply(Machine.grantCommand(-3, 10))));
        assertEquals(
                Refusal.LEASE_TTL_TOO_LARGE,
                refusal(machine.apply(Machine.grantCommand(-3, Long.MAX_VALUE))),
                "too large comes first");
        assertEquals(Refusal.LEASE_NOT_FOUND, refusal(machine.apply(Machine.grantCommand(0, 10))));
        machine.grant(4, 10);
        assertEquals(List.of(new LeaseInfo(-3, 10, 0), new LeaseInfo(4, 10, 0)), leases().all());
    }

    @Test
    void revoke_deletes_the_keys_ascending_at_one_revision() { // spec L-4, R-10
        machine.grant(11, 60);
        for (var key : List.of("c", "a", "b")) machine.put(put(key, "v").setLease(11));
        machine.put("d", "stays");
        var applied = machine.apply(Machine.revokeCommand(11));
        var events = applied.events();
        assertNotNull(events);
        assertEquals(6, events.revision());
        assertEquals(
                List.of(bytes("a"), bytes("b"), bytes("c")),
                events.events().stream().map(event -> event.getKv().getKey()).toList());
        assertEquals(Event.EventType.DELETE, events.events().get(0).getType());
        assertEquals(List.of(new LeaseChange.Revoked(11)), applied.leaseChanges());
        assertEquals(1, machine.range(everything()).getCount());
        assertNull(leases().find(11));
    }

    @Test
    void revoke_without_keys_has_no_revision() { // spec L-4, R-3; faults L3
        machine.grant(11, 60);
        assertEquals(1, machine.revoke(11).getHeader().getRevision());
        assertEquals(Refusal.LEASE_NOT_FOUND, refusal(machine.apply(Machine.revokeCommand(11))));
    }

    @Test
    void key_belongs_to_the_lease_of_its_last_put() { // spec L-9, P-3, D-4, R-7
        machine.grant(11, 60);
        machine.grant(12, 60);
        machine.put(put("a", "1").setLease(11));
        assertEquals(11, machine.range(get("a")).getKvs(0).getLease());
        machine.put(put("a", "2").setLease(12));
        assertEquals(12, machine.range(get("a")).getKvs(0).getLease());
        assertEquals(List.of(), leases().keysOf(11));
        assertEquals(List.of(bytes("a")), leases().keysOf(12));
        machine.put("a", "3");
        assertEquals(List.of(), leases().keysOf(12));
        assertEquals(0, machine.range(get("a")).getKvs(0).getLease());
        machine.put(put("a", "4").setLease(12));
        machine.delete(delete("a"));
        assertEquals(List.of(), leases().keysOf(12));
        assertNotNull(leases().find(12), "the lease stays");
    }

    @Test
    void detached_key_survives_the_revocation() { // spec L-9
        machine.grant(11, 60);
        machine.put(put("a", "1").setLease(11));
        machine.put(put("b", "1").setLease(11));
        machine.put("a", "2");
        machine.revoke(11);
        assertEquals(1, machine.range(everything()).getCount());
    }

    @Test
    void checkpoints_are_kept_until_cleared() { // spec L-7, FM-69
        machine.grant(11, 600);
        var applied = checkpoint(11, 400);
        assertEquals(List.of(new LeaseChange.Checkpointed(11, 400)), applied.leaseChanges());
        machine.reopen();
        assertEquals(new LeaseInfo(11, 600, 400), leases().find(11));
        checkpoint(11, 0);
        assertEquals(new LeaseInfo(11, 600, 0), leases().find(11));
        assertEquals(List.of(), checkpoint(404, 3).leaseChanges());
    }

    @Test
    void leases_and_attachments_survive_a_restart() { // spec L-18
        machine.grant(11, 60);
        machine.grant(-12, 70);
        machine.grant(13, 80);
        machine.revoke(13);
        machine.put(put("a", "1").setLease(11));
        machine.put(put("b", "1").setLease(-12));
        machine.put(put("b", "2").setLease(11));
        machine.put(put("c", "1").setLease(11));
        machine.put("c", "2");
        machine.reopen();
        assertEquals(List.of(new LeaseInfo(-12, 70, 0), new LeaseInfo(11, 60, 0)), leases().all());
        assertEquals(Set.of(bytes("a"), bytes("b")), Set.copyOf(leases().keysOf(11)));
        assertEquals(List.of(), leases().keysOf(-12));
        assertEquals(List.of(), leases().keysOf(404));
    }
}
