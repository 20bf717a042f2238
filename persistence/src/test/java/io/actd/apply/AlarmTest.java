package io.actd.apply;

import static io.actd.apply.Machine.command;
import static io.actd.apply.Machine.refusal;
import static io.actd.apply.Requests.delete;
import static io.actd.apply.Requests.get;
import static io.actd.apply.Requests.op;
import static io.actd.apply.Requests.put;
import static io.actd.apply.Requests.txn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.AlarmMember;
import io.actd.protocol.api.AlarmRequest;
import io.actd.protocol.api.AlarmRequest.AlarmAction;
import io.actd.protocol.api.AlarmType;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.TxnRequest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Alarms and space (spec MT-1 to MT-8). */
class AlarmTest {
    private final Machine machine = new Machine();

    @AfterEach
    void close() {
        machine.close();
    }

    private static AlarmMember alarm(long memberId, AlarmType type) {
        return AlarmMember.newBuilder().setMemberID(memberId).setAlarm(type).build();
    }

    private List<AlarmMember> ask(AlarmAction action, long memberId, AlarmType type) {
        var request = AlarmRequest.newBuilder()
                .setAction(action)
                .setMemberID(memberId)
                .setAlarm(type);
        return machine.alarm(request).getAlarmsList();
    }

    private void accepted(InternalRaftRequest.Builder command) {
        assertInstanceOf(Outcome.Ok.class, machine.apply(command).outcome());
    }

    private void refused(Refusal expected, InternalRaftRequest.Builder command) {
        assertEquals(expected, refusal(machine.apply(command)));
    }

    @Test
    void get_lists_by_type_whatever_the_member() { // spec MT-2
        ask(AlarmAction.ACTIVATE, 2, AlarmType.CORRUPT);
        ask(AlarmAction.ACTIVATE, 1, AlarmType.NOSPACE);
        assertEquals(
                List.of(alarm(1, AlarmType.NOSPACE), alarm(2, AlarmType.CORRUPT)),
                ask(AlarmAction.GET, 99, AlarmType.NONE));
        assertEquals(List.of(alarm(2, AlarmType.CORRUPT)), ask(AlarmAction.GET, 99, AlarmType.CORRUPT));
        assertEquals(2, machine.state().alarms().active(AlarmType.NONE).size());
        assertTrue(machine.state().alarms().any(AlarmType.CORRUPT));
    }

    @Test
    void activate_adds_exactly_that_pair_once() { // spec MT-3
        assertEquals(List.of(alarm(0, AlarmType.NOSPACE)), ask(AlarmAction.ACTIVATE, 0, AlarmType.NOSPACE));
        assertEquals(List.of(alarm(0, AlarmType.NOSPACE)), ask(AlarmAction.ACTIVATE, 0, AlarmType.NOSPACE));
        assertEquals(List.of(), ask(AlarmAction.ACTIVATE, 5, AlarmType.NONE));
        assertEquals(List.of(alarm(0, AlarmType.NOSPACE)), ask(AlarmAction.GET, 0, AlarmType.NONE));
    }

    @Test
    void deactivate_removes_exactly_that_pair() { // spec MT-4
        ask(AlarmAction.ACTIVATE, 1, AlarmType.NOSPACE);
        assertEquals(List.of(), ask(AlarmAction.DEACTIVATE, 2, AlarmType.NOSPACE));
        assertEquals(List.of(), ask(AlarmAction.DEACTIVATE, 1, AlarmType.NONE));
        assertEquals(List.of(alarm(1, AlarmType.NOSPACE)), ask(AlarmAction.DEACTIVATE, 1, AlarmType.NOSPACE));
        assertFalse(machine.state().alarms().any(AlarmType.NONE));
    }

    @Test
    void undefined_action_is_refused() { // spec MT-4, §21 3
        refused(
                Refusal.INVALID_ALARM_ACTION,
                command().setAlarm(AlarmRequest.newBuilder().setActionValue(3)));
    }

    @Test
    void alarms_survive_a_restart() { // spec FM-70
        ask(AlarmAction.ACTIVATE, -1, AlarmType.NOSPACE);
        ask(AlarmAction.ACTIVATE, 0, AlarmType.CORRUPT);
        ask(AlarmAction.DEACTIVATE, 0, AlarmType.CORRUPT);
        machine.reopen();
        assertEquals(
                List.of(alarm(-1, AlarmType.NOSPACE)), machine.state().alarms().active(AlarmType.NONE));
    }

    @Test
    void nospace_stops_what_takes_space_only() { // spec MT-7; faults D20
        machine.grant(11, 60);
        machine.put(put("a", "1").setLease(11));
        ask(AlarmAction.ACTIVATE, 99, AlarmType.NOSPACE);
        refused(Refusal.NO_SPACE, command().setPut(put("b", "1")));
        refused(Refusal.NO_SPACE, Machine.grantCommand(12, 60));
        refused(Refusal.NO_SPACE, command().setTxn(TxnRequest.newBuilder().addFailure(op(txn(op(put("b", "1")))))));
        accepted(command().setTxn(txn(op(delete("zz")), op(get("a")))));
        accepted(command().setDeleteRange(delete("zz")));
        accepted(command().setCompaction(CompactionRequest.newBuilder().setRevision(1)));
        accepted(Machine.revokeCommand(11));
        assertEquals(0, machine.range(get("a")).getCount());
        ask(AlarmAction.DEACTIVATE, 99, AlarmType.NOSPACE);
        accepted(command().setPut(put("b", "1")));
    }

    @Test
    void corrupt_stops_every_change() { // spec MT-8
        machine.grant(11, 60);
        machine.put("a", "1");
        ask(AlarmAction.ACTIVATE, 99, AlarmType.CORRUPT);
        ask(AlarmAction.ACTIVATE, 98, AlarmType.NOSPACE);
        refused(Refusal.CORRUPT, command().setPut(put("b", "1")));
        refused(Refusal.CORRUPT, command().setDeleteRange(delete("b")));
        refused(Refusal.CORRUPT, command().setTxn(txn(op(delete("b")))));
        refused(
                Refusal.CORRUPT,
                command().setCompaction(CompactionRequest.newBuilder().setRevision(1)));
        refused(Refusal.CORRUPT, Machine.grantCommand(12, 60));
        refused(Refusal.CORRUPT, Machine.revokeCommand(11));
        accepted(command().setTxn(txn(op(get("a")))));
        assertEquals(1, machine.range(get("a")).getCount());
        assertInstanceOf(
                Outcome.Ok.class, machine.state().readOnlyTxn(txn(op(get("a"))).build()));
    }

    @Test
    void quota_counts_puts_and_grants() { // spec MT-5, MT-6, L-19
        try (var small = new Machine(new StateMachine.Options(7, 9, 500, 2))) {
            var state = small.state();
            assertNull(state.spaceRefusal(command().setPut(put("k", "v")).build()));
            var big = put("k", "v".repeat(243));
            assertEquals(
                    Refusal.NO_SPACE, state.spaceRefusal(command().setPut(big).build()));
            assertNull(state.spaceRefusal(
                    command().setPut(put("k", "v".repeat(242))).build()));
            assertNull(state.spaceRefusal(Machine.grantCommand(1, 1).build()));
            var twice = txn(op(put("k", "v")), op(get("a")), op(txn(op(put("l", "v")))));
            assertEquals(
                    Refusal.NO_SPACE, state.spaceRefusal(command().setTxn(twice).build()));
            var either = txn(op(put("k", "v"))).addFailure(op(put("l", "v")));
            assertNull(state.spaceRefusal(command().setTxn(either).build()));
            for (int i = 0; i < 10; i++) small.put("k", "v".repeat(100));
            assertEquals(
                    Refusal.NO_SPACE,
                    state.spaceRefusal(Machine.grantCommand(1, 1).build()));
            assertNull(state.spaceRefusal(command().setDeleteRange(delete("k")).build()), "costs nothing");
        }
    }

    @Test
    void without_quota_nothing_is_refused() { // spec MT-5
        assertNull(machine.state()
                .spaceRefusal(command().setPut(put("k", "v".repeat(1 << 20))).build()));
    }
}
