package io.actd.e2e.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;

/** All links between members, by name; one that was never mentioned is open. */
final class Network {
    private record Ends(String from, String to) {}

    private final Map<Ends, Link> links = new ConcurrentHashMap<>();
    private final List<Ends> cut = new ArrayList<>(); // in the order they were cut

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

    /** Whether any of the cuts held something back so far: a fault counts only if it was felt. */
    boolean felt() {
        return cut.stream().anyMatch(ends -> link(ends.from(), ends.to()).hasHeldBack());
    }

    boolean isWhole() {
        return cut.isEmpty();
    }

    /** Opens all links; what they held back arrives. */
    void heal() {
        cut.forEach(ends -> link(ends.from(), ends.to()).heal());
        cut.clear();
    }
}
