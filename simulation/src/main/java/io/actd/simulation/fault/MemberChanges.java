package io.actd.simulation.fault;

import io.actd.join.JoinMessage.Described;
import io.actd.member.MemberApi;
import io.actd.member.MemberChange;
import io.actd.protocol.api.Member;
import io.actd.simulation.check.Calm;
import io.actd.simulation.cluster.Machine;
import io.actd.simulation.cluster.Machine.End;
import io.actd.simulation.thread.RunQueue;
import io.actd.simulation.thread.VirtualProcess;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The operator who changes members, one machine at a time: takes one out for ever and wipes it, brings a wiped one in as a
 * new member, as a learner first or as a voter at once. What does not come about is asked for again, of any member.
 */
public final class MemberChanges {
    private static final long AGAIN_NANOS = 700_000_000L;
    private static final long FAREWELL_NANOS = 2_000_000_000L;
    private static final long FIRST_NEW_ID = 0x1001;

    private final List<Machine> machines;
    private final SplittableRandom random;
    private final Calm calm;
    private final VirtualProcess process;
    private long nextId = FIRST_NEW_ID;
    private boolean busy;

    public MemberChanges(List<Machine> machines, RunQueue queue, SplittableRandom random, Calm calm) {
        this.machines = machines;
        this.random = random;
        this.calm = calm;
        this.process = new VirtualProcess("op", queue, 1);
    }

    /** True if no change is under way. */
    public boolean isIdle() {
        return !busy;
    }

    /** Takes the machine out of the cluster, if others can go on without it. */
    void leave(Machine machine, Runnable done) {
        if (begins(machine.isInService() && voters() > 1)) takeOut(machine, () -> end(done));
    }

    /** Brings in a machine that is out of service, if there is one. */
    void join(boolean asLearner, Runnable done) {
        var spare = machines.stream().filter(machine -> !machine.isInService()).findFirst();
        if (begins(spare.isPresent() && voters() > 0)) bringIn(spare.orElseThrow(), asLearner, () -> end(done));
    }

    /** The machine goes out, and comes back with nothing on its disk. */
    void replace(Machine machine, boolean asLearner, Runnable done) {
        if (begins(machine.isInService() && voters() > 1))
            takeOut(machine, () -> bringIn(machine, asLearner, () -> end(done)));
    }

    /** The same for a machine whose member does not start any more, whoever leads. */
    void replaceDamaged(Machine machine, boolean asLearner, Runnable done) {
        if (busy) throw new IllegalStateException("another change is under way");
        busy = true;
        calm.wrongs();
        takeOut(machine, () -> bringIn(machine, asLearner, () -> end(done)));
    }

    private boolean begins(boolean possible) {
        boolean damaged = machines.stream().anyMatch(machine -> machine.disk().isDamaged());
        if (busy || damaged || !possible) return false;
        busy = true;
        calm.wrongs();
        return true;
    }

    private void end(Runnable done) {
        busy = false;
        calm.rights();
        done.run();
    }

    /** As somebody who leads has it, 0 if nobody does. */
    private int voters() {
        for (var machine : machines) {
            var api = machine.api();
            if (api != null && api.status().isLeader())
                return api.state().membership().voters().size();
        }
        return 0;
    }

    // ---- out

    private void takeOut(Machine machine, Runnable then) {
        long id = machine.memberId();
        machine.mayEnd();
        until(id, Described::removed, new MemberChange.Remove(id), seen -> farewell(machine, then));
    }

    /**
     * A member that hears of its removal ends; one that can not hear is switched off. Not sooner than it would end: of two
     * voters the other has to hear from it that it is alone.
     */
    private void farewell(Machine machine, Runnable then) {
        process.after(FAREWELL_NANOS + random.nextLong(FAREWELL_NANOS), "retire", () -> {
            machine.retire();
            machine.end(End.KILLED);
            then.run();
        });
    }

    // ---- in

    private void bringIn(Machine machine, boolean asLearner, Runnable then) {
        long id = nextId++;
        var added = Member.newBuilder()
                .setID(id)
                .addAllPeerURLs(machine.config().self().getPeerURLsList())
                .setIsLearner(asLearner)
                .build();
        until(id, seen -> isMember(seen, id), new MemberChange.Add(added), seen -> {
            machine.enlist(id, seen.cluster().members());
            machine.start();
            until(id, now -> isVoter(now, id), new MemberChange.Promote(id), now -> then.run());
        });
    }

    /**
     * Of two voters the one that leads is not taken out, but hands over first: were the other down just then, it would wait
     * for good for the vote of one who is gone.
     */
    private static void ask(MemberApi api, MemberChange change) {
        var voters = api.state().membership().voters();
        var status = api.status();
        if (change instanceof MemberChange.Remove(long id) && voters.size() == 2 && status.leader() == id) {
            if (!status.isLeader()) return; // the leader is asked some other time
            for (long voter : voters) if (voter != id) api.transferLeadership(voter, outcome -> {});
        } else {
            api.changeMembers(change, outcome -> {});
        }
    }

    private static boolean isMember(Described seen, long id) {
        return seen.cluster().members().stream().anyMatch(member -> member.getID() == id);
    }

    private static boolean isVoter(Described seen, long id) {
        return seen.cluster().members().stream().anyMatch(member -> member.getID() == id && !member.getIsLearner());
    }

    /**
     * Asks for the change again and again until somebody has applied it. Looked for at the peer ports: a member alone
     * that was given a second voter and lost power before that one started serves nobody until it does.
     *
     * @param about the member that changes
     */
    private void until(long about, Predicate<Described> applied, MemberChange change, Consumer<Described> then) {
        for (var machine : machines) {
            if (machine.describe(about) instanceof Described seen && applied.test(seen)) {
                then.accept(seen);
                return;
            }
        }
        var asked = machines.get(random.nextInt(machines.size()));
        var api = asked.api();
        var its = asked.process();
        if (api != null && its != null) its.soon("api", () -> ask(api, change));
        process.after(random.nextLong(AGAIN_NANOS), "again", () -> until(about, applied, change, then));
    }
}
