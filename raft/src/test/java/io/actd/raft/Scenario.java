package io.actd.raft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs a scenario: blocks of comment lines ({@code #}), command lines, {@code ----} and what then happened.
 *
 * <p>Members are numbers. Messages are traced when they arrive, effects when they are handed out; after each command the
 * group comes to rest.
 */
final class Scenario {
    private @Nullable Group group;
    private final List<String> trace = new ArrayList<>();

    /** The same scenario with the traces of this run. */
    static String run(String text) {
        var scenario = new Scenario();
        return Arrays.stream(text.strip().split("\n\n+"))
                .map(scenario::block)
                .collect(Collectors.joining("\n\n", "", "\n"));
    }

    private String block(String block) {
        String head = block.split("\n----", 2)[0];
        trace.clear();
        boolean hasCommand = false;
        for (String line : head.split("\n")) {
            if (!line.startsWith("#")) {
                command(line.strip().split(" +"));
                hasCommand = true;
            }
        }
        if (!hasCommand) {
            return head;
        }
        return head + "\n----" + trace.stream().map(line -> "\n" + line).collect(Collectors.joining());
    }

    private Group group() {
        if (group == null) {
            throw new AssertionError("a scenario starts with its members");
        }
        return group;
    }

    private static long id(String word) {
        return Long.parseLong(word);
    }

    private void command(String[] w) {
        if (w[0].equals("quiet")) {
            int before = trace.size();
            command(Arrays.copyOfRange(w, 1, w.length));
            trace.subList(before, trace.size()).clear();
            return;
        }
        String[] rest = w.length > 2 ? Arrays.copyOfRange(w, 2, w.length) : new String[0];
        switch (w[0]) {
            case "members" -> {
                group = Group.of(
                        Arrays.stream(w).skip(1).mapToLong(Long::parseLong).toArray());
                group.traceTo(trace::add);
            }
            case "log" -> log(id(w[1]), rest);
            case "joiner" -> group().add(id(w[1]), group().raft(1).membership(), new Disk());
            case "campaign" -> group().elect(id(w[1]));
            case "propose" -> group().propose(id(w[1]), rest);
            case "change" -> group().change(id(w[1]), String.join(" ", rest));
            case "read" -> group().node(id(w[1])).on(new Event.ReadIndex(id(w[2])));
            case "transfer" -> group().node(id(w[1])).on(new Event.TransferLeadership(id(w[2])));
            case "unreachable" -> group().node(id(w[1])).on(new Event.PeerUnreachable(id(w[2])));
            case "compact" -> group().node(id(w[1])).compact(id(w[2]));
            case "tick" -> tick(w[1], Integer.parseInt(w[2]));
            case "isolate" -> group().isolate(id(w[1]));
            case "cut" -> group().cut(id(w[1]), id(w[2]));
            case "heal" -> group().heal();
            case "hold-disk" -> group().holdDisk(id(w[1]));
            case "release-disk" -> group().releaseDisk(id(w[1]));
            case "restart" -> group().restart(id(w[1]));
            case "logs" -> group().nodes().forEach(this::showLog);
            case "members?" -> group().nodes().forEach(this::showMembership);
            default -> throw new AssertionError("unknown command " + w[0]);
        }
        group().settle();
    }

    private void tick(String who, int ticks) {
        if (who.equals("all")) {
            group().tickAll(ticks);
        } else {
            group().tick(id(who), ticks);
        }
    }

    /** {@code log 1 1 1 4 term 6}: member 1 starts from entries of these terms, in term 6. */
    private void log(long id, String[] words) {
        List<Entry> entries = new ArrayList<>();
        int i = 0;
        for (; i < words.length && !words[i].equals("term"); i++) {
            long term = id(words[i]);
            entries.add(new Entry(term, i + 1, Entry.Type.NORMAL, Store.payload("t" + term)));
        }
        long term = id(words[i + 1]);
        Membership membership = group().raft(id).membership();
        group().add(id, membership, Disk.holding(new HardState(term, 0, 0), entries));
    }

    private void showLog(Node node) {
        Raft raft = node.raft();
        String terms =
                node.disk().entries().stream().map(entry -> " " + entry.term()).collect(Collectors.joining());
        trace.add(node.id() + " " + raft.role() + " t" + raft.currentTerm() + " commit " + raft.commitIndex() + " log"
                + (node.disk().mark().index() == 0
                        ? ""
                        : " behind " + node.disk().mark().index()) + terms);
    }

    private void showMembership(Node node) {
        Membership membership = node.raft().membership();
        trace.add(node.id() + " voters " + membership.voters() + " learners " + Set.copyOf(membership.learners()));
    }
}
