package io.actd.e2e.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** All links between members, by name; one that was never mentioned is open. And what is lost on all of them. */
final class Network implements AutoCloseable {
    private record Ends(String from, String to) {}

    private final Map<Ends, Link> links = new ConcurrentHashMap<>();
    private final List<Ends> cut = new ArrayList<>(); // in the order they were cut
    private @Nullable PacketLoss loss;

    Link link(String from, String to) {
        return links.computeIfAbsent(new Ends(from, to), ends -> new Link());
    }

    /** Cuts every link between these members that the predicate (from, to) picks. */
    void cut(List<String> members, BiPredicate<String, String> which) {
        for (String from : members) {
            for (String to : members) {
                if (!from.equals(to) && which.test(from, to)) {
                    link(from, to).cut();
                    cut.add(new Ends(from, to));
                }
            }
        }
    }

    /** Whether each of the cuts held something back so far: a fault counts only if it was felt. */
    boolean felt() {
        return cut.stream().allMatch(ends -> link(ends.from(), ends.to()).hasHeldBack());
    }

    /** Loses so many of a hundred packets to and from these ports. */
    PacketLoss lose(int percent, List<Integer> ports) {
        PacketLoss begun = PacketLoss.of(percent, ports);
        loss = begun;
        return begun;
    }

    /** Opens all links; what they held back arrives, and nothing is lost any more. */
    void heal() {
        if (loss != null) {
            loss.close();
            loss = null;
        }
        cut.forEach(ends -> link(ends.from(), ends.to()).heal());
        cut.clear();
    }

    @Override
    public void close() {
        heal();
    }
}
