package io.actd.raft;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A group of members on an orderly network: messages arrive in the order sent, disks are prompt, links can be cut. */
final class Group implements Node.World {
    private final Map<Long, Node> nodes = new TreeMap<>();
    private final Deque<Message> network = new ArrayDeque<>();
    private final Map<Long, Store> received = new TreeMap<>();
    private final Set<List<Long>> cut = new HashSet<>();
    private final Set<Long> slowDisks = new HashSet<>();
    private final List<Effect> effects = new ArrayList<>();
    private final UnaryOperator<RaftConfig> tuning;
    private Predicate<Message> lost = message -> false;
    private Consumer<String> trace = line -> {};
    private boolean sendSnapshots = true;

    private Group(UnaryOperator<RaftConfig> tuning) {
        this.tuning = tuning;
    }

    static Group of(long... voters) {
        return tuned(UnaryOperator.identity(), voters);
    }

    static Group tuned(UnaryOperator<RaftConfig> tuning, long... voters) {
        var group = new Group(tuning);
        var membership = Membership.of(Set.copyOf(Arrays.stream(voters).boxed().toList()), Set.of());
        for (long id : voters) {
            group.add(id, membership, new Disk());
        }
        return group;
    }

    Node add(long id, Membership membership, Disk disk) {
        var node = new Node(tuning.apply(RaftConfig.of(id)), disk, membership, id, this);
        nodes.put(id, node);
        return node;
    }

    void traceTo(Consumer<String> newTrace) {
        trace = newTrace;
    }

    Collection<Node> nodes() {
        return nodes.values();
    }

    Node node(long id) {
        Node node = nodes.get(id);
        if (node == null) {
            throw new AssertionError("no member " + id);
        }
        return node;
    }

    Raft raft(long id) {
        return node(id).raft();
    }

    // ---- faults

    void cut(long a, long b) {
        cut.add(List.of(a, b));
        cut.add(List.of(b, a));
    }

    void isolate(long id) {
        nodes.keySet().stream().filter(other -> other != id).forEach(other -> cut(id, other));
    }

    void heal() {
        cut.clear();
        lost = message -> false;
    }

    void lose(Predicate<Message> which) {
        lost = which;
    }

    void holdDisk(long id) {
        slowDisks.add(id);
    }

    void releaseDisk(long id) {
        slowDisks.remove(id);
    }

    void holdSnapshots() {
        sendSnapshots = false;
    }

    void restart(long id) {
        node(id).restart(id + 100, true);
    }

    // ---- progress

    /** Runs until nothing moves any more. */
    Group settle() {
        for (int steps = 0; step(); steps++) {
            if (steps > 100_000) {
                throw new AssertionError("the group does not come to rest");
            }
        }
        return this;
    }

    private boolean step() {
        Message message = network.pollFirst();
        if (message != null) {
            deliver(message);
            return true;
        }
        for (Node node : nodes.values()) {
            if (node.hasWrites() && !slowDisks.contains(node.id())) {
                node.write();
                return true;
            }
            if (node.hasToApply()) {
                node.apply();
                return true;
            }
        }
        return false;
    }

    private void deliver(Message message) {
        Node receiver = nodes.get(message.to());
        if (receiver != null && !cut.contains(List.of(message.from(), message.to())) && !lost.test(message)) {
            trace.accept(Trace.of(message));
            receiver.on(new Event.Receive(message));
        } else {
            trace.accept(Trace.of(message) + " (lost)");
        }
    }

    void tick(long id, int ticks) {
        for (int i = 0; i < ticks; i++) {
            node(id).on(new Event.Tick());
            settle();
        }
    }

    void tickAll(int ticks) {
        for (int i = 0; i < ticks; i++) {
            nodes.values().forEach(node -> node.on(new Event.Tick()));
            settle();
        }
    }

    /** Makes {@code id} the leader. */
    Group elect(long id) {
        node(id).on(new Event.Campaign());
        return settle();
    }

    Group propose(long id, String... words) {
        node(id).propose(words);
        return settle();
    }

    Group change(long id, String change) {
        node(id).proposeChange(change);
        return settle();
    }

    // ---- what was seen

    /** Effects of that kind since the last {@link #forget}. */
    <E extends Effect> List<E> seen(Class<E> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    void forget() {
        effects.clear();
    }

    /** Words applied by a member, without no-ops. */
    List<String> words(long id) {
        return node(id).store().history().stream()
                .map(entry -> Store.text(entry.payload()))
                .filter(text -> !text.isEmpty())
                .toList();
    }

    // ---- world

    @Override
    public void send(Message message) {
        network.addLast(message);
    }

    @Override
    public void effect(Node node, Event event, Effect effect) {
        effects.add(effect);
        String line = Trace.of(effect);
        if (!line.isEmpty()) {
            trace.accept(node.id() + " " + line);
        }
        if (effect instanceof Effect.SendSnapshot send && sendSnapshots) {
            Store copy = node.store().copy();
            received.put(send.peer(), copy);
            node.on(new Event.SnapshotSent(send.peer(), copy.mark(), true));
        }
    }

    @Override
    public @Nullable Store received(Node node, SnapshotMark mark) {
        Store store = received.get(node.id());
        return store != null && store.mark().id().equals(mark.id()) ? store : null;
    }
}
