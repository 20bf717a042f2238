package io.actd.simulation.check;

import io.actd.apply.StateMachine;
import io.actd.mvcc.MvccStore;
import io.actd.simulation.cluster.Machine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * State Machine Safety (§5.4.3) as an outsider sees it, over all members and all their lives: whoever has applied the log
 * up to an index has the state that everybody has there, and a revision holds the same changes everywhere. Compared as
 * members get there, so that a difference shows where it arises.
 */
public final class AppliedStates {
    /**
     * What a member has at an index, as far as it can be told in a moment.
     *
     * @param tables hash of leases, members and who votes
     */
    record State(long term, long revision, long compactedRevision, int tables) {
        static State of(StateMachine machine) {
            var store = machine.store();
            int tables = Objects.hash(machine.leases().all(), machine.members().all(), machine.membership());
            return new State(machine.appliedTerm(), store.revision(), store.compactedRevision(), tables);
        }
    }

    private record Seen<T>(T what, String by) {}

    /** How far a life of a member was looked at. */
    private record Progress(StateMachine life, long index, long revision) {}

    private final List<Machine> machines;
    private final Consumer<String> violated;
    private final Map<Long, Seen<State>> states = new HashMap<>(); // by index
    private final Map<Long, Seen<Integer>> changes = new HashMap<>(); // by revision
    private final Map<Machine, Progress> last = new HashMap<>();

    public AppliedStates(List<Machine> machines, Consumer<String> violated) {
        this.machines = machines;
        this.violated = violated;
    }

    /** After each step of the simulation. */
    public void afterStep() {
        for (var machine : machines) {
            var api = machine.api();
            if (api == null) continue;
            var state = api.state();
            var before = last.get(machine);
            if (before != null && before.life() != state) before = null;
            if (before == null || before.index() != state.appliedIndex()) look(machine, state, before);
        }
    }

    private void look(Machine machine, StateMachine state, @Nullable Progress before) {
        reached(machine.name(), state.appliedIndex(), State.of(state));
        var store = state.store();
        long from = Math.max(store.compactedRevision(), before == null ? 0 : before.revision()) + 1;
        lookAtChanges(machine.name(), store, from);
        last.put(machine, new Progress(state, state.appliedIndex(), store.revision()));
    }

    private void lookAtChanges(String name, MvccStore store, long from) {
        if (from > store.revision()) return;
        var page = store.history(from, store.revision(), key -> true, Integer.MAX_VALUE, Long.MAX_VALUE);
        for (var changed : page.revisions())
            changed(name, changed.revision(), changed.events().hashCode());
    }

    void reached(String name, long index, State state) {
        var other = states.putIfAbsent(index, new Seen<>(state, name));
        if (other != null && !other.what().equals(state))
            violated.accept("STATE_MACHINE_SAFETY at index " + index + " " + name + " has " + state + ", but "
                    + other.by() + " had " + other.what());
    }

    void changed(String name, long revision, int events) {
        var other = changes.putIfAbsent(revision, new Seen<>(events, name));
        if (other != null && other.what() != events)
            violated.accept(
                    "STATE_MACHINE_SAFETY revision " + revision + " of " + name + " is not that of " + other.by());
    }
}
