package io.actd.simulation.fault;

import io.actd.simulation.cluster.Machine;
import io.actd.simulation.cluster.SimulatedNetwork.Link;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * Which links a weather lies on: the thousands of its fault's argument, what is below is its strength.
 *
 * @param number 0 all links, 1 those of the machine, 2 and more the direction from the machine to the one so many places,
 *     less one, behind it
 */
record Reach(int number) {
    private static final int ABOVE_STRENGTH = 1000;
    private static final int ALL = 0;
    private static final int OF_MACHINE = 1;

    /** All links of the machine. */
    static final Reach OF_ONE = new Reach(OF_MACHINE);

    static Reach of(Fault fault) {
        return new Reach(fault.argument() / ABOVE_STRENGTH);
    }

    static int strength(Fault fault) {
        return fault.argument() % ABOVE_STRENGTH;
    }

    static Reach drawn(SplittableRandom random, int members) {
        int drawn = random.nextInt(3);
        return new Reach(drawn < 2 || members < 2 ? Math.min(drawn, OF_MACHINE) : 2 + random.nextInt(members - 1));
    }

    /** The argument of a fault. */
    int with(int strength) {
        if (strength >= ABOVE_STRENGTH) throw new IllegalArgumentException("as strong as " + strength);
        return number * ABOVE_STRENGTH + strength;
    }

    /** Those links, whoever the members of the machines are at the time. */
    Predicate<Link> links(Machine hit, List<Machine> machines) {
        if (number == ALL) return link -> true;
        if (number == OF_MACHINE) return link -> link.from() == hit.memberId() || link.to() == hit.memberId();
        var other = machines.get((machines.indexOf(hit) + number - 1) % machines.size());
        return link -> link.from() == hit.memberId() && link.to() == other.memberId();
    }
}
