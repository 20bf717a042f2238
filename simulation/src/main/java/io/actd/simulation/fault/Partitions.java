package io.actd.simulation.fault;

import io.actd.simulation.cluster.SimulatedNetwork.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/** Who does not hear whom, for each kind of cut. Machines are named by the ids of their members. */
final class Partitions {
    private Partitions() {}

    /**
     * The directions that such a fault cuts.
     *
     * @param hit whom it hits
     * @param machines all of them, in the order in which they are neighbours
     * @param serving those that are members
     */
    static List<Link> of(Fault fault, long hit, List<Long> machines, List<Long> serving) {
        var side = side(fault.argument(), hit, machines);
        return switch (fault.kind()) {
            case ISOLATE -> links(machines, (from, to) -> from == hit || to == hit);
            case ISOLATE_INBOUND -> links(machines, (from, to) -> to == hit);
            case ISOLATE_OUTBOUND -> links(machines, (from, to) -> from == hit);
            case CUT_PAIR -> {
                long next = machines.get((machines.indexOf(hit) + 1) % machines.size());
                yield links(
                        List.of(hit, next),
                        (from, to) -> fault.argument() == 0 || from == (fault.argument() == 1 ? hit : next));
            }
            case SPLIT -> links(machines, (from, to) -> side.contains(from) != side.contains(to));
            case SPLIT_ONE_WAY -> links(machines, (from, to) -> side.contains(from) && !side.contains(to));
            case RING -> ring(fault.argument() % 2 == 0, serving);
            default -> throw new IllegalArgumentException(fault.toString());
        };
    }

    private static List<Link> links(List<Long> machines, BiPredicate<Long, Long> isCut) {
        var links = new ArrayList<Link>();
        for (long from : machines) {
            for (long to : machines) if (from != to && isCut.test(from, to)) links.add(new Link(from, to));
        }
        return links;
    }

    /** The machine, and of those behind it, in their order, the ones whose bits are set. */
    private static Set<Long> side(int bits, long hit, List<Long> machines) {
        var side = new TreeSet<>(Set.of(hit));
        int first = machines.indexOf(hit) + 1;
        for (int i = 0; i < machines.size() - 1; i++)
            if ((bits >> i & 1) == 1) side.add(machines.get((first + i) % machines.size()));
        return side;
    }

    private static List<Link> ring(boolean bothWays, List<Long> members) {
        int size = members.size();
        return links(members, (from, to) -> {
            int ahead = Math.floorMod(members.indexOf(to) - members.indexOf(from), size);
            return ahead != 1 && !(bothWays && ahead == size - 1);
        });
    }
}
