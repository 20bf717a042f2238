package io.actd.raft;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One member with its disk and its state machine. Nothing happens by itself: the test says when a write ends, when
 * entries are applied, and when the process dies.
 */
final class Node {
    /** Where effects go that are not this node's own business. */
    interface World {
        void send(Message message);

        void effect(Node node, Event event, Effect effect);

        /** All effects of the event are carried out, or under way. */
        default void after(Node node, Event event) {}

        /** The store last received from a leader, null if there is none of that mark. */
        @Nullable
        Store received(Node node, SnapshotMark mark);
    }

    private final RaftConfig config;
    private final World world;
    private final Disk disk;
    private final Deque<Effect> writes = new ArrayDeque<>();
    private final Deque<Entry> toApply = new ArrayDeque<>();
    private Store store;
    private Store durableStore;
    private Raft raft;

    Node(RaftConfig config, Disk disk, Membership initial, long seed, World world) {
        this.config = config;
        this.world = world;
        this.disk = disk;
        this.durableStore = new Store(initial);
        this.store = durableStore.copy();
        this.raft = start(seed);
    }

    private Raft start(long seed) {
        var recovered =
                new Recovered(disk.hardState(), disk.mark(), disk.entries(), store.membership(), store.appliedIndex());
        return new Raft(config, recovered, new Random(seed));
    }

    /** The process dies and starts anew: what was not written is lost, of the store all since the last sync. */
    void restart(long seed, boolean storeSurvives) {
        if (storeSurvives) {
            durableStore = store;
        }
        writes.clear();
        toApply.clear();
        store = durableStore.copy();
        raft = start(seed);
    }

    long id() {
        return config.self();
    }

    Raft raft() {
        return raft;
    }

    Disk disk() {
        return disk;
    }

    Store store() {
        return store;
    }

    void on(Event event) {
        for (Effect effect : raft.on(event).effects()) {
            switch (effect) {
                case Effect.Persist persist -> writes.addLast(persist);
                case Effect.InstallSnapshot install -> writes.addLast(install);
                case Effect.Send send -> world.send(send.message());
                case Effect.Commit commit -> toApply.addAll(commit.entries());
                default -> {}
            }
            world.effect(this, event, effect);
        }
        world.after(this, event);
    }

    boolean hasWrites() {
        return !writes.isEmpty();
    }

    /** The oldest write becomes durable. */
    void write() {
        switch (writes.removeFirst()) {
            case Effect.Persist persist -> {
                disk.write(persist);
                persist.thenSend().forEach(world::send);
                on(new Event.Persisted(persist.last()));
            }
            case Effect.InstallSnapshot install -> install(install.mark());
            default -> throw new AssertionError();
        }
    }

    /** The oldest write becomes durable, but the process dies before it can tell. */
    void writeSilently() {
        if (writes.removeFirst() instanceof Effect.Persist persist) {
            disk.write(persist);
        }
    }

    private void install(SnapshotMark mark) {
        Store received = world.received(this, mark);
        if (received == null) {
            on(new Event.SnapshotAbandoned(mark));
            return;
        }
        applyAll();
        store = received.copy();
        durableStore = received.copy();
        disk.mark(mark);
        on(new Event.SnapshotInstalled(mark));
    }

    boolean hasToApply() {
        return !toApply.isEmpty();
    }

    /** Applies the next committed entry. */
    void apply() {
        Entry entry = toApply.removeFirst();
        store.apply(entry);
        if (entry.type() == Entry.Type.CONF_CHANGE) {
            on(new Event.MembershipApplied(entry.index(), store.membership()));
        }
        on(new Event.Applied(entry.index()));
    }

    void applyAll() {
        while (hasToApply()) {
            apply();
        }
    }

    /** Makes the store durable and forgets the log before it. */
    void compact(long keepEntries) {
        SnapshotMark mark = store.mark();
        if (mark.index() > disk.mark().index() && disk.entries().stream().anyMatch(e -> e.id().equals(mark.id()))) {
            durableStore = store.copy();
            disk.mark(mark);
            on(new Event.Compact(mark, keepEntries));
        }
    }

    void propose(String... words) {
        on(new Event.Propose(
                Entry.Type.NORMAL, List.of(words).stream().map(Store::payload).toList()));
    }

    void proposeChange(String change) {
        on(new Event.Propose(Entry.Type.CONF_CHANGE, List.of(Store.payload(change))));
    }
}
