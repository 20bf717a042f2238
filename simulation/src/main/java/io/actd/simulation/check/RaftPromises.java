package io.actd.simulation.check;

import io.actd.member.RaftStatus;
import io.actd.peer.PeerMessage;
import io.actd.raft.Entry;
import io.actd.raft.EntryId;
import io.actd.raft.Message;
import io.actd.simulation.cluster.Machine;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Raft's promises as an outsider sees them, over all members and all their lives: from what members publish after each
 * step and from every message they send.
 */
public final class RaftPromises {
    private record Vote(long term, long voter) {}

    private final List<Machine> machines;
    private final Calm calm;
    private final Consumer<String> violated;
    private final Map<Long, String> leaders = new HashMap<>();
    private final Map<Vote, Long> votes = new HashMap<>();
    private final Map<Long, Long> heardTerms = new HashMap<>(); // by member, from all its lives
    private final Map<Long, Long> termsAtStart = new HashMap<>(); // those when its life began
    private final Map<EntryId, Integer> contents = new HashMap<>();
    private final Map<Machine, @Nullable RaftStatus> last = new HashMap<>();

    /** @param calm is told of every new leader */
    public RaftPromises(List<Machine> machines, Calm calm, Consumer<String> violated) {
        this.calm = calm;
        this.machines = machines;
        this.violated = violated;
    }

    /** After each step of the simulation. */
    public void afterStep() {
        for (var machine : machines) {
            var api = machine.api();
            var status = api == null ? null : api.status();
            var before = last.get(machine);
            if (Objects.equals(status, before)) continue;
            last.put(machine, status);
            if (status == null) continue;
            checkTerm(machine.memberId(), status.term());
            if (before != null && (status.term() < before.term() || status.commitIndex() < before.commitIndex()))
                violated.accept("STATUS_MONOTONIC " + machine.name() + ": " + before + ", then " + status);
            if (status.isLeader()) checkLeader(status.term(), machine.name());
        }
    }

    /** Election Safety (§5.2): at most one leader in a term. */
    private void checkLeader(long term, String name) {
        var other = leaders.putIfAbsent(term, name);
        if (other == null) calm.disturbed();
        if (other != null && !other.equals(name))
            violated.accept("ELECTION_SAFETY term " + term + " is led by " + other + " and " + name);
    }

    /** A member's next life begins. */
    public void starts(long member) {
        termsAtStart.put(member, heardTerms.getOrDefault(member, 0L));
    }

    /**
     * A term that others have heard of is never gone back behind by a restart (§5.1). Within a life a message may be
     * late: it waited for the disk while the term went on.
     */
    private void checkTerm(long member, long term) {
        long before = termsAtStart.getOrDefault(member, 0L);
        if (term < before)
            violated.accept("TERM_MONOTONIC " + Long.toHexString(member) + ": " + term + " after " + before);
    }

    private void heardTerm(long member, long term) {
        checkTerm(member, term);
        heardTerms.merge(member, term, Math::max);
    }

    /** Every message between members, when it is sent. */
    public void sent(PeerMessage message) {
        if (!(message instanceof PeerMessage.Raft raft)) return;
        switch (raft.message()) {
            case Message.RequestVoteReply reply -> {
                if (!reply.preVote()) heardTerm(reply.from(), reply.term());
                if (reply.granted() && !reply.preVote()) checkVote(reply.from(), reply.term(), reply.to());
            }
            case Message.RequestVote request -> {
                if (!request.preVote()) {
                    heardTerm(request.from(), request.term());
                    checkVote(request.from(), request.term(), request.from());
                }
            }
            case Message.AppendEntries append -> {
                heardTerm(append.from(), append.term());
                append.entries().forEach(this::checkContent);
            }
            default -> {}
        }
    }

    /** One vote a term (§5.2), over restarts: what was promised was on disk. */
    private void checkVote(long voter, long term, long candidate) {
        var before = votes.putIfAbsent(new Vote(term, voter), candidate);
        if (before != null && before != candidate)
            violated.accept("ONE_VOTE_PER_TERM " + Long.toHexString(voter) + " voted in term " + term + " for "
                    + Long.toHexString(before) + " and " + Long.toHexString(candidate));
    }

    /** Log Matching (§5.3): index and term name one entry. */
    private void checkContent(Entry entry) {
        int content = Arrays.hashCode(entry.payload().bytes());
        var before = contents.putIfAbsent(new EntryId(entry.term(), entry.index()), content);
        if (before != null && before != content)
            violated.accept("LOG_MATCHING two entries " + entry.term() + "/" + entry.index());
    }
}
