package io.actd.raft;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A group under a hostile world, wholly determined by its seed: messages are lost, doubled, overtaken and held up, disks
 * and state machines lag, processes die, links break, members come and go; every promise is checked after every step.
 */
final class Simulation implements Node.World {
    private record Transfer(long from, long to, Store store) {}

    private record Link(long from, long to) {
        static Link of(Message message) {
            return new Link(message.from(), message.to());
        }
    }

    /** More than a group at rest ever sends between two writes. */
    private static final int MOST_MESSAGES = 100_000;

    private final Random random;
    private final Map<Long, Node> nodes = new TreeMap<>();
    private final List<Message> network = new ArrayList<>();
    private final List<Transfer> transfers = new ArrayList<>();
    private final Map<Long, Store> received = new HashMap<>();
    private final Set<Long> down = new HashSet<>();
    private final Set<Long> isolated = new HashSet<>();
    private final Set<Link> heldUp = new HashSet<>(); // what is sent there arrives later
    private final List<Message> late = new ArrayList<>();
    private final Set<Long> slowDisks = new HashSet<>();
    private final Set<Long> slowStores = new HashSet<>();
    private final Map<Long, List<Long>> openReads = new HashMap<>();
    private final Promises promises = new Promises();
    private final int lossPercent;
    private final int chaosPerMille;
    private boolean calm;
    private boolean becameLeader;
    private long nextWord;
    private long nextRead = 1;

    Simulation(long seed, int voters) {
        random = new Random(seed);
        lossPercent = random.nextInt(4) * 5;
        chaosPerMille = 1 + random.nextInt(15);
        boolean preVote = random.nextBoolean();
        boolean checkQuorum = random.nextBoolean();
        var membership = Membership.of(LongStream.rangeClosed(1, voters).boxed().collect(Collectors.toSet()), Set.of());
        for (long id = 1; id <= voters + 2; id++) { // the last two are not members yet
            var config = new RaftConfig(id, 10, 1, preVote, checkQuorum, 3, 300, 120, 1500);
            Node node = new Node(config, new Disk(), membership, random.nextLong(), this);
            nodes.put(id, node);
            promises.started(node);
        }
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
        }
    }

    private void step() {
        int dice = random.nextInt(1000);
        if (dice < chaosPerMille) {
            chaos();
        } else if (dice < 500) {
            deliver();
        } else if (dice < 620) {
            on(anyUp(), new Event.Tick());
        } else if (dice < 830) {
            Node node = anyUp();
            if (node.hasWrites() && !slowDisks.contains(node.id())) {
                node.write();
            }
        } else if (dice < 950) {
            Node node = anyUp();
            if (node.hasToApply() && !slowStores.contains(node.id())) {
                node.apply();
            }
        } else {
            client();
        }
    }

    private Node any() {
        return node(1 + random.nextInt(nodes.size()));
    }

    private Node anyUp() {
        Node node = any();
        while (down.contains(node.id())) {
            node = any();
        }
        return node;
    }

    private Node leaderOrAny() {
        Node leader = random.nextInt(3) == 0 ? null : leader();
        return leader == null || down.contains(leader.id()) ? anyUp() : leader;
    }

    private Node node(long id) {
        Node node = nodes.get(id);
        if (node == null) {
            throw new AssertionError("no member " + id);
        }
        return node;
    }

    // ---- what the world does

    private void deliver() {
        if (network.isEmpty()) {
            return;
        }
        // Mostly in order, at times overtaking.
        int position = random.nextInt(4) == 0 ? random.nextInt(network.size()) : 0;
        boolean lost = !calm && random.nextInt(100) < lossPercent;
        boolean doubled = !calm && random.nextInt(100) < lossPercent;
        Message message = doubled ? network.get(position) : network.remove(position);
        if (heldUp.contains(Link.of(message))) {
            late.add(message);
            return;
        }
        Node receiver = nodes.get(message.to());
        boolean cut = isolated.contains(message.from()) != isolated.contains(message.to());
        if (receiver != null && !lost && !cut && !down.contains(message.to())) {
            on(receiver, new Event.Receive(message));
        }
    }

    private void client() {
        Node node = leaderOrAny();
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> node.propose("w" + nextWord++, "w" + nextWord++);
            case 3 -> node.propose("w" + nextWord++);
            case 4, 5, 6 -> read(node);
            default -> {
                if (node.raft().commitIndex() > 0) {
                    node.compact(random.nextInt(4));
                }
            }
        }
    }

    private void read(Node node) {
        long id = nextRead++;
        promises.readAsked(id);
        openReads.computeIfAbsent(node.id(), any -> new ArrayList<>()).add(id);
        on(node, new Event.ReadIndex(id));
    }

    private void chaos() {
        switch (random.nextInt(14)) {
            case 0, 1 -> crash(any());
            case 2, 3 -> {
                if (down.size() < nodes.size() - 1) {
                    down.add(any().id());
                }
            }
            case 4 -> down.clear();
            case 5 -> partition();
            case 6, 7 -> isolated.clear();
            case 8, 11, 12 -> leaderOrAny().proposeChange(anyChange());
            case 9 -> on(leaderOrAny(), new Event.TransferLeadership(random.nextInt(nodes.size() + 1)));
            case 10 -> on(leaderOrAny(), new Event.PeerUnreachable(any().id()));
            default -> endTransfer();
        }
        if (random.nextBoolean()) {
            endTransfer();
        }
        lag();
    }

    /** One member alone, or two camps. */
    private void partition() {
        if (random.nextBoolean()) {
            isolated.add(any().id());
        } else {
            nodes.keySet().stream().filter(id -> random.nextBoolean()).forEach(isolated::add);
        }
    }

    /** Somebody or something becomes slow, or all are fast again. */
    private void lag() {
        switch (random.nextInt(12)) {
            case 0 -> heldUp.add(new Link(any().id(), any().id()));
            case 1 -> {
                Node deaf = leaderOrAny();
                nodes.keySet().forEach(from -> heldUp.add(new Link(from, deaf.id())));
            }
            case 2, 3, 4 -> hurry();
            case 5 -> slowDisks.add(any().id());
            case 6 -> slowDisks.clear();
            case 7, 8 -> slowStores.add(any().id());
            case 9 -> slowStores.clear();
            default -> {}
        }
    }

    /** What was held up arrives next. */
    private void hurry() {
        heldUp.clear();
        network.addAll(0, late);
        late.clear();
    }

    private String anyChange() {
        String kind = List.of("voter", "learner", "remove").get(random.nextInt(3));
        return kind + " " + any().id();
    }

    private void endTransfer() {
        if (transfers.isEmpty()) {
            return;
        }
        Transfer transfer = transfers.remove(random.nextInt(transfers.size()));
        boolean delivered = calm || random.nextInt(3) > 0;
        if (delivered) {
            received.put(transfer.to(), transfer.store());
        }
        on(
                node(transfer.from()),
                new Event.SnapshotSent(transfer.to(), transfer.store().mark(), delivered));
    }

    private void crash(Node node) {
        promises.readsForgotten(openReads.getOrDefault(node.id(), List.of()));
        openReads.remove(node.id());
        if (random.nextBoolean()) {
            received.remove(node.id());
        }
        transfers.removeIf(transfer -> transfer.from() == node.id());
        int written = random.nextInt(3); // some of the writes under way still make it
        while (written-- > 0 && node.hasWrites()) {
            node.writeSilently();
        }
        node.restart(random.nextLong(), random.nextBoolean());
        down.remove(node.id());
        promises.started(node);
    }

    private void on(Node node, Event event) {
        node.on(event);
    }

    // ---- afterwards

    /** Heals everything; then the group must elect, commit something new, and every member must have it all. */
    void calmDown() {
        calm = true;
        hurry();
        slowDisks.clear();
        slowStores.clear();
        isolated.clear();
        down.clear();
        nextWord++;
        for (int round = 0; round < 400; round++) {
            nodes.values().forEach(node -> on(node, new Event.Tick()));
            settle();
            Node leader = leader();
            if (leader != null && round % 20 == 19) {
                leader.propose("last");
                settle();
                if (allEqual(leader)) {
                    return;
                }
            }
        }
        throw new AssertionError("the group does not come to rest: "
                + nodes.values().stream()
                        .map(n -> n.id() + " " + n.raft().role() + " t"
                                + n.raft().currentTerm() + " c" + n.raft().commitIndex() + " "
                                + n.raft().membership())
                        .toList());
    }

    private void settle() {
        boolean moved = true;
        while (moved) {
            moved = !network.isEmpty() || !transfers.isEmpty();
            for (int delivered = 0; !network.isEmpty(); delivered++) {
                if (delivered > MOST_MESSAGES) {
                    throw new AssertionError("messages beget messages without end: " + network.get(0));
                }
                deliver();
            }
            endTransfer();
            for (Node node : nodes.values()) {
                while (node.hasWrites()) {
                    node.write();
                    moved = true;
                }
                while (node.hasToApply()) {
                    node.apply();
                    moved = true;
                }
            }
        }
    }

    private @Nullable Node leader() {
        return nodes.values().stream()
                .filter(node -> node.raft().role() == Effect.RoleName.LEADER)
                .max((a, b) -> Long.compare(a.raft().currentTerm(), b.raft().currentTerm()))
                .orElse(null);
    }

    private boolean allEqual(Node leader) {
        List<Entry> history = leader.store().history();
        return Store.text(history.get(history.size() - 1).payload()).equals("last")
                && nodes.values().stream()
                        .filter(node -> leader.raft().membership().contains(node.id()))
                        .allMatch(node -> node.store().history().equals(history));
    }

    long committed() {
        return promises.highestCommit();
    }

    // ---- world

    @Override
    public void send(Message message) {
        promises.sent(node(message.from()), message);
        network.add(message);
    }

    @Override
    public void effect(Node node, Event event, Effect effect) {
        promises.effect(node, effect);
        if (effect instanceof Effect.SendSnapshot send) {
            transfers.add(new Transfer(node.id(), send.peer(), node.store().copy()));
        }
        if (effect instanceof Effect.RoleChanged change) {
            becameLeader |= change.role() == Effect.RoleName.LEADER;
        }
        if (effect instanceof Effect.ReadReady || effect instanceof Effect.ReadDropped) {
            long id =
                    effect instanceof Effect.ReadReady ready ? ready.readId() : ((Effect.ReadDropped) effect).readId();
            openReads.getOrDefault(node.id(), List.of()).remove((Long) id);
        }
    }

    @Override
    public void after(Node node, Event event) {
        promises.afterEvent(node, event, becameLeader);
        becameLeader = false;
    }

    @Override
    public @Nullable Store received(Node node, SnapshotMark mark) {
        Store store = received.get(node.id());
        return store != null && store.mark().id().equals(mark.id()) ? store : null;
    }
}
