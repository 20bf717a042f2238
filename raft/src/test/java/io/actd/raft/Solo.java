package io.actd.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Member 1 of a group, alone with a test that plays the others. Its writes are durable at once, unless
 * {@link #holdDisk} says otherwise.
 */
final class Solo {
    static final Membership THREE = Membership.of(Set.of(1L, 2L, 3L), Set.of());

    final Raft raft;
    private final List<Effect> effects = new ArrayList<>();
    private final List<Message> sent = new ArrayList<>();
    private final List<Effect.Persist> held = new ArrayList<>();
    private boolean holding;

    private Solo(Raft raft) {
        this.raft = raft;
    }

    /** In that term, with a log of entries of these terms. */
    static Solo inTerm(long term, long... logTerms) {
        return of(THREE, new HardState(term, 0, 0), UnaryOperator.identity(), logTerms);
    }

    static Solo of(Membership membership, HardState state, UnaryOperator<RaftConfig> tuning, long... logTerms) {
        var recovered = new Recovered(state, SnapshotMark.NONE, entries(1, logTerms), membership, 0);
        return new Solo(new Raft(tuning.apply(RaftConfig.of(1)), recovered, new Random(1)));
    }

    static RaftConfig noPreVote(RaftConfig c) {
        return new RaftConfig(c.self(), 10, 1, false, true, 512, 8 << 20, 1 << 20, 1 << 28);
    }

    /** Leader of term 1 of members 1 to 3, with its first entry committed. */
    static Solo leader() {
        return leader(UnaryOperator.identity());
    }

    static Solo leader(UnaryOperator<RaftConfig> tuning) {
        Solo solo = of(THREE, HardState.ZERO, tuning);
        solo.elect();
        solo.receive(solo.holds(2, 1));
        solo.forget();
        return solo;
    }

    /** Entries from {@code firstIndex} on, of these terms. */
    static List<Entry> entries(long firstIndex, long... terms) {
        List<Entry> entries = new ArrayList<>();
        for (long term : terms) {
            entries.add(new Entry(term, firstIndex + entries.size(), Entry.Type.NORMAL, Store.payload("t" + term)));
        }
        return entries;
    }

    static EntryId id(long term, long index) {
        return new EntryId(term, index);
    }

    // ---- events

    Solo on(Event event) {
        for (Effect effect : raft.on(event).effects()) {
            effects.add(effect);
            if (effect instanceof Effect.Send send) {
                sent.add(send.message());
            } else if (effect instanceof Effect.Persist persist) {
                held.add(persist);
            }
        }
        if (!holding) {
            writeAll();
        }
        return this;
    }

    Solo receive(Message message) {
        return on(new Event.Receive(message));
    }

    Solo tick(int ticks) {
        for (int i = 0; i < ticks; i++) {
            on(new Event.Tick());
        }
        return this;
    }

    Solo propose(String... words) {
        return on(new Event.Propose(
                Entry.Type.NORMAL, List.of(words).stream().map(Store::payload).toList()));
    }

    Solo change(String change) {
        return on(new Event.Propose(Entry.Type.CONF_CHANGE, List.of(Store.payload(change))));
    }

    void holdDisk() {
        holding = true;
    }

    /** The oldest write under way becomes durable. */
    void write() {
        Effect.Persist persist = held.remove(0);
        sent.addAll(persist.thenSend());
        on(new Event.Persisted(persist.last()));
    }

    void writeAll() {
        while (!held.isEmpty()) {
            write();
        }
    }

    /** Wins an election with the votes of member 2. */
    Solo elect() {
        on(new Event.Campaign());
        receive(new Message.RequestVoteReply(2, 1, raft.currentTerm() + 1, true, true));
        receive(new Message.RequestVoteReply(2, 1, raft.currentTerm(), false, true));
        return this;
    }

    // ---- messages of the others, in this member's term

    Message.AppendEntries append(EntryId previous, long leaderCommit, long... terms) {
        return new Message.AppendEntries(
                2, 1, raft.currentTerm(), previous, entries(previous.index() + 1, terms), leaderCommit);
    }

    Message.AppendEntriesReply holds(long peer, long index) {
        return new Message.AppendEntriesReply(peer, 1, raft.currentTerm(), index, false, EntryId.ZERO);
    }

    Message.AppendEntriesReply rejects(long peer, long index, EntryId hint) {
        return new Message.AppendEntriesReply(peer, 1, raft.currentTerm(), index, true, hint);
    }

    Message.Heartbeat heartbeat(long commitIndex) {
        return new Message.Heartbeat(2, 1, raft.currentTerm(), commitIndex, 0);
    }

    static Message.RequestVote requestVote(long from, long term, EntryId last) {
        return new Message.RequestVote(from, 1, term, last, false, false);
    }

    static Message.RequestVote preVote(long from, long term, EntryId last) {
        return new Message.RequestVote(from, 1, term, last, true, false);
    }

    // ---- what was seen

    /** Messages that have left, of that kind, since the last {@link #forget}. */
    <M extends Message> List<M> sent(Class<M> kind) {
        return sent.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <M extends Message> M lastSent(Class<M> kind) {
        List<M> all = sent(kind);
        if (all.isEmpty()) {
            throw new AssertionError("no " + kind.getSimpleName() + " in " + sent);
        }
        return all.get(all.size() - 1);
    }

    <E extends Effect> List<E> seen(Class<E> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Indices handed out for applying. */
    List<Long> committed() {
        return seen(Effect.Commit.class).stream()
                .flatMap(commit -> commit.entries().stream())
                .map(Entry::index)
                .toList();
    }

    void forget() {
        effects.clear();
        sent.clear();
    }
}
