package io.actd.raft;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What must hold in a group at every moment (Figure 3, and what clients may rely on), judged only by what its members
 * put out: effects, messages and disks.
 */
final class Promises {
    private record Placed(EntryId previous, Entry entry) {}

    private record Committed(Entry entry, long inTerm) {}

    private record Ballot(long voter, long term) {}

    /** Log of one member as its writes tell it. */
    private static final class Log {
        EntryId start = EntryId.ZERO;
        final List<Entry> entries = new ArrayList<>();
        long commitIndex;
        long currentTerm;

        EntryId at(long index) {
            return index == start.index()
                    ? start
                    : entries.get((int) (index - start.index() - 1)).id();
        }

        boolean has(long index) {
            return index >= start.index() && index <= lastIndex();
        }

        long lastIndex() {
            return start.index() + entries.size();
        }
    }

    private final Map<Long, Long> leaderOfTerm = new HashMap<>();
    private final Map<EntryId, Placed> everAppended = new HashMap<>();
    private final List<Committed> committed = new ArrayList<>();
    private final Map<Ballot, Long> votes = new HashMap<>();
    private final Map<Long, Log> logs = new TreeMap<>();
    private final Map<Long, Long> readFloor = new HashMap<>();
    private long highestCommit;

    private static void require(boolean condition, String promise, Object... values) {
        if (!condition) {
            throw new AssertionError(promise + " " + List.of(values));
        }
    }

    private Log log(long id) {
        return logs.computeIfAbsent(id, any -> new Log());
    }

    long highestCommit() {
        return highestCommit;
    }

    /** The member was started, for the first time or after a crash. */
    void started(Node node) {
        Log log = log(node.id());
        log.start = node.disk().mark().id();
        log.entries.clear();
        log.entries.addAll(node.disk().entries());
        require(node.raft().currentTerm() == node.disk().hardState().currentTerm(), "term survives", node.id());
        log.currentTerm = node.raft().currentTerm();
        log.commitIndex = node.raft().commitIndex();
        require(node.store().appliedIndex() <= log.commitIndex, "applied was committed", node.id());
    }

    /** Persist before send: whatever a message promises is on the sender's disk when it leaves. */
    void sent(Node from, Message message) {
        HardState onDisk = from.disk().hardState();
        boolean preVoting = (message instanceof Message.RequestVote request && request.preVote())
                || (message instanceof Message.RequestVoteReply reply && reply.preVote());
        require(preVoting || message.term() <= onDisk.currentTerm(), "term durable before sent", message, onDisk);
        if (message instanceof Message.RequestVoteReply reply && reply.granted() && !reply.preVote()) {
            Long before = votes.putIfAbsent(new Ballot(reply.from(), reply.term()), reply.to());
            require(before == null || before == reply.to(), "one vote per term", message);
            require(
                    onDisk.currentTerm() > reply.term() || onDisk.votedFor() == reply.to(),
                    "vote durable before sent",
                    message);
        }
        if (message instanceof Message.RequestVote request && !request.preVote()) {
            Long before = votes.putIfAbsent(new Ballot(request.from(), request.term()), request.from());
            require(before == null || before == request.from(), "one vote per term", message);
        }
        if (message instanceof Message.AppendEntriesReply reply && !reply.rejected()) {
            List<Entry> entries = from.disk().entries();
            long durable = from.disk().mark().index() + entries.size();
            require(reply.matchIndex() <= durable, "entries durable before acknowledged", message, durable);
            acknowledged(from, reply);
        }
        if (message instanceof Message.AppendEntries append) {
            Long leader = leaderOfTerm.get(append.term());
            require(leader != null && leader == append.from(), "entries come from the leader of their term", message);
        }
    }

    /** §5.3: what a follower acknowledges ends as the leader's log does there, as long as both are in that term. */
    private void acknowledged(Node from, Message.AppendEntriesReply reply) {
        Log leaders = log(leaderOfTerm.getOrDefault(reply.term(), from.id()));
        long position = reply.matchIndex() - from.disk().mark().index();
        boolean both = from.raft().currentTerm() == reply.term() && leaders.currentTerm == reply.term();
        if (both && position > 0 && leaders.has(reply.matchIndex())) {
            EntryId held = from.disk().entries().get((int) position - 1).id();
            require(held.equals(leaders.at(reply.matchIndex())), "acknowledged is equal", reply, held);
        }
    }

    void effect(Node node, Effect effect) {
        switch (effect) {
            case Effect.Persist persist -> persisted(node, persist);
            case Effect.Commit commit -> commit.entries().forEach(entry -> committed(node, entry));
            case Effect.RoleChanged change -> roleChanged(node, change);
            case Effect.ReadReady ready -> {
                Long floor = readFloor.remove(ready.readId());
                require(floor != null, "a read is answered once", ready);
                require(floor != null && ready.readIndex() >= floor, "reads are linearizable", ready, node.id());
            }
            case Effect.ReadDropped dropped -> require(readFloor.remove(dropped.readId()) != null, "dropped once");
            default -> {}
        }
    }

    void readAsked(long readId) {
        readFloor.put(readId, highestCommit);
    }

    /** A crash takes its open reads along. */
    void readsForgotten(List<Long> readIds) {
        readIds.forEach(readFloor::remove);
    }

    private void persisted(Node node, Effect.Persist persist) {
        Log log = log(node.id());
        for (Entry entry : persist.entries()) {
            if (entry.index() <= log.lastIndex()) {
                require(node.raft().role() != Effect.RoleName.LEADER, "leader append-only", node.id(), entry.id());
                log.entries
                        .subList((int) (entry.index() - log.start.index() - 1), log.entries.size())
                        .clear();
            }
            require(entry.index() == log.lastIndex() + 1, "log without gap", node.id(), entry.id());
            // Log Matching, by induction: equal ids have equal entries and equal predecessors.
            var placed = new Placed(log.at(entry.index() - 1), entry);
            Placed before = everAppended.putIfAbsent(entry.id(), placed);
            if (before != null) {
                require(before.entry().equals(entry), "log matching, same entry", placed, before);
                require(before.previous().equals(placed.previous()), "log matching, same past", placed, before);
            }
            log.entries.add(entry);
        }
    }

    private void committed(Node node, Entry entry) {
        int position = (int) entry.index() - 1;
        require(position <= committed.size(), "commits without gap", entry.id());
        if (position == committed.size()) {
            committed.add(new Committed(entry, node.raft().currentTerm()));
        }
        require(committed.get(position).entry().equals(entry), "state machine safety", node.id(), entry.id());
    }

    private void roleChanged(Node node, Effect.RoleChanged change) {
        if (change.role() != Effect.RoleName.LEADER) {
            return;
        }
        Long before = leaderOfTerm.putIfAbsent(change.term(), node.id());
        require(before == null || before == node.id(), "election safety", change, node.id());
    }

    /** Leader Completeness: what was committed in an earlier term is in the new leader's log. */
    private void checkCompleteness(Node node) {
        Log log = log(node.id());
        for (int i = (int) log.start.index(); i < committed.size(); i++) {
            Committed old = committed.get(i);
            if (old.inTerm() < node.raft().currentTerm()) {
                require(
                        i + 1 <= log.lastIndex()
                                && log.at(i + 1).equals(old.entry().id()),
                        "leader completeness",
                        node.id(),
                        old.entry().id());
            }
        }
    }

    /** After each event of a member. */
    void afterEvent(Node node, Event event, boolean becameLeader) {
        Log log = log(node.id());
        if (event instanceof Event.SnapshotInstalled installed
                && node.raft().lastEntry().equals(installed.mark().id())) {
            log.start = installed.mark().id();
            log.entries.clear();
        }
        if (becameLeader) {
            checkCompleteness(node);
        }
        long term = node.raft().currentTerm();
        require(term >= log.currentTerm, "term monotonic", node.id());
        log.currentTerm = term;
        long commit = node.raft().commitIndex();
        require(commit >= log.commitIndex, "commit monotonic", node.id());
        log.commitIndex = commit;
        highestCommit = Math.max(highestCommit, commit);
        require(node.raft().lastEntry().index() == log.lastIndex(), "writes tell the whole log", node.id());
    }
}
