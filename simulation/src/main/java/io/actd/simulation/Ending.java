package io.actd.simulation;

import com.google.protobuf.ByteString;
import io.actd.apply.StateMachine;
import io.actd.check.History;
import io.actd.check.KeyRange;
import io.actd.protocol.Outcome;
import io.actd.protocol.api.HashKVRequest;
import io.actd.protocol.api.HashKVResponse;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.simulation.client.Prober;
import io.actd.simulation.client.Recorder;
import io.actd.simulation.cluster.Machine;
import io.actd.simulation.thread.RunQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The quiet after the storm: every member takes a write again, all apply the same, and their hashes agree. */
final class Ending {
    private final List<Machine> machines;
    private final List<Prober> probers = new ArrayList<>();

    Ending(Plan plan, List<Machine> machines, Recorder recorder, RunQueue queue, SplittableRandom random) {
        this.machines = machines.stream().filter(Machine::isInService).toList();
        for (var machine : this.machines) {
            var put = PutRequest.newBuilder()
                    .setKey(ByteString.copyFromUtf8("last"))
                    .setValue(ByteString.copyFromUtf8("of " + machine.name()));
            probers.add(
                    new Prober(plan.clients().pairs() + 100, machine, put.build(), recorder, queue, random.split()));
        }
    }

    void begin() {
        probers.forEach(Prober::start);
    }

    /** True once nothing is left to wait for. */
    boolean isQuiet(long collectedRevision) {
        if (!probers.stream().allMatch(Prober::succeeded)) return false;
        long applied = -1;
        for (var machine : machines) {
            var api = machine.api();
            if (api == null) return false;
            long its = api.state().appliedIndex();
            if (applied != -1 && its != applied) return false;
            applied = its;
            if (api.state().store().revision() != collectedRevision) return false;
        }
        return true;
    }

    /** What is wrong in the end. */
    List<String> verify(long collectedRevision) {
        var wrong = new ArrayList<String>();
        if (!isQuiet(collectedRevision)) {
            wrong.add("LIVENESS long after everything healed: collected " + collectedRevision + ", " + states());
            return wrong;
        }
        HashKVResponse first = null;
        List<Object> tables = null;
        for (var machine : machines) {
            var api = machine.api();
            if (api == null) continue;
            var its = List.<Object>of(
                    api.state().leases().all(), api.state().members().all());
            if (tables == null) tables = its;
            else if (!its.equals(tables))
                wrong.add("TABLES of " + machine.name() + " differ: " + its + " from " + tables);
            wrong.addAll(leftByLeases(machine.name(), api.state()));
            var outcome = api.state().hashKv(HashKVRequest.getDefaultInstance());
            if (!(outcome instanceof Outcome.Ok ok)) {
                wrong.add("HASH refused by " + machine.name() + ": " + outcome);
                continue;
            }
            var hash = (HashKVResponse) ok.response();
            if (first == null) first = hash;
            else if (hash.getHash() != first.getHash() && hash.getCompactRevision() == first.getCompactRevision())
                wrong.add("HASH of " + machine.name() + " differs: " + hash + " from " + first);
        }
        return wrong;
    }

    /** A pair lives no longer than its lease (spec L-4). */
    private static List<String> leftByLeases(String name, StateMachine state) {
        var everything = RangeRequest.newBuilder().setKey(KeyRange.ZERO).setRangeEnd(KeyRange.ZERO);
        if (!(state.range(everything.build()) instanceof Outcome.Ok ok)) return List.of();
        return ((RangeResponse) ok.response())
                .getKvsList().stream()
                        .filter(pair -> pair.getLease() != 0)
                        .filter(pair -> state.leases().find(pair.getLease()) == null)
                        .map(pair -> History.Rule.LEASE_LEAVES_NOTHING + " but at " + name + " " + pair)
                        .toList();
    }

    private List<String> states() {
        return machines.stream()
                .map(machine -> {
                    var api = machine.api();
                    return machine.name() + " "
                            + (api == null
                                    ? "does not serve"
                                    : api.status() + " applied " + api.state().appliedIndex() + " revision "
                                            + api.state().store().revision());
                })
                .toList();
    }
}
