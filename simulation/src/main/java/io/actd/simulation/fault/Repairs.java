package io.actd.simulation.fault;

import io.actd.simulation.check.Calm;
import io.actd.simulation.cluster.Machine;
import io.actd.simulation.cluster.Machine.End;
import io.actd.simulation.thread.RunQueue;
import io.actd.simulation.thread.VirtualProcess;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bits that turn over on disks, one at a time, and the operator whom a member tells about it at its next start: who
 * replaces the member if the others can go on without it, or brings the files back as they were.
 */
public final class Repairs {
    private static final long LONGEST_NANOS = 2_000_000_000L;

    private enum Stage {
        /** Nobody has noticed. */
        DAMAGED,
        /** The operator is at it. */
        MENDING,
        /** The files are back as they were. */
        MENDED
    }

    /** One bit and what is to become of it. */
    private static final class Case {
        final Machine machine;
        final boolean replace;
        final boolean asLearner;
        final Runnable refused;
        Stage stage = Stage.DAMAGED;

        Case(Machine machine, boolean replace, boolean asLearner, Runnable refused) {
            this.machine = machine;
            this.replace = replace;
            this.asLearner = asLearner;
            this.refused = refused;
        }
    }

    private final List<Machine> machines;
    private final MemberChanges changes;
    private final Calm calm;
    private final SplittableRandom random;
    private final VirtualProcess process;
    private final Consumer<Machine> beyondHelp;
    private @Nullable Case last;

    /** @param beyondHelp told of a machine whose member refuses to start with files that are as they were */
    public Repairs(
            List<Machine> machines,
            MemberChanges changes,
            RunQueue queue,
            SplittableRandom random,
            Calm calm,
            Consumer<Machine> beyondHelp) {
        this.machines = machines;
        this.changes = changes;
        this.calm = calm;
        this.random = random;
        this.process = new VirtualProcess("fix", queue, 1);
        this.beyondHelp = beyondHelp;
    }

    /** True if nothing is to be mended. */
    public boolean isIdle() {
        return machines.stream().noneMatch(machine -> machine.disk().isDamaged());
    }

    /** True while the operator is at the files of this machine, which is not to be started meanwhile. */
    public boolean isMending(Machine machine) {
        var its = last;
        return its != null
                && its.machine == machine
                && its.stage == Stage.MENDING
                && machine.disk().isDamaged();
    }

    /**
     * Ends the member and turns a bit of its files over.
     *
     * @param replace whether the member is to be replaced if it may, as a learner first or not
     * @param refused runs when the member has refused to start
     */
    void flip(Machine machine, End how, boolean replace, boolean asLearner, Runnable refused) {
        if (!isIdle() || !changes.isIdle() || !machine.isInService()) return;
        machine.end(how);
        if (machine.disk().flipBit()) last = new Case(machine, replace, asLearner, refused);
    }

    /** A member would not start with damaged files. */
    public void refused(Machine machine) {
        var its = last;
        if (its == null || its.machine != machine || its.stage == Stage.MENDING)
            throw new IllegalStateException(machine.name() + " is not damaged, or is being mended");
        if (its.stage == Stage.MENDED) {
            beyondHelp.accept(machine);
            return;
        }
        its.refused.run();
        its.stage = Stage.MENDING;
        calm.wrongs();
        boolean dispensable = machines.stream().filter(Machine::isInService).count() >= 3;
        if (dispensable && its.replace) changes.replaceDamaged(machine, its.asLearner, calm::rights);
        else process.after(random.nextLong(LONGEST_NANOS), "mend", () -> mend(its));
    }

    private void mend(Case its) {
        its.machine.disk().flipBack();
        its.stage = Stage.MENDED;
        calm.rights();
        its.machine.start();
    }
}
