package io.actd.simulation.check;

import io.actd.member.RaftStatus;
import io.actd.peer.PeerMessage;
import io.actd.raft.EntryId;
import io.actd.raft.Message;
import io.actd.simulation.cluster.Machine;
import io.actd.simulation.thread.JournalTap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Raft's promises as an outsider sees them, over all members and all their lives: from what members publish after each
 * step, from every message they send, and from what they write to their logs ({@link LogPromises}).
 */
public final class RaftPromises {
    private record Vote(long term, long voter) {}

    /** What a machine last looked like; no status while it does not serve. */
    private static final class Look {
        @Nullable
        RaftStatus status;

        long applied;
    }

    private final List<Machine> machines;
    private final Runnable ledAnew;
    private final Consumer<String> violated;
    private final Map<Long, Long> leaders = new TreeMap<>(); // by term
    private final Map<Vote, Long> votes = new HashMap<>();
    private final Map<Long, Long> heardTerms = new HashMap<>(); // by member, from all its lives
    private final Map<Long, Long> termsAtStart = new HashMap<>(); // those when its life began
    private final Map<Long, Long> servedIndices = new HashMap<>(); // highest committed, by member, from all its lives
    private final LogPromises logs;
    private final Map<String, Look> last = new HashMap<>();

    /** @param ledAnew runs for every new leader */
    public RaftPromises(List<Machine> machines, Runnable ledAnew, Consumer<String> violated) {
        this.ledAnew = ledAnew;
        this.machines = machines;
        this.violated = violated;
        this.logs = new LogPromises(violated);
    }

    /** After each step of the simulation. */
    public void afterStep() {
        for (var machine : machines) {
            var api = machine.api();
            if (api == null) {
                gone(machine.name());
                continue;
            }
            var state = api.state();
            saw(machine.name(), machine.memberId(), api.status(), state.appliedIndex(), state::appliedTerm);
        }
    }

    /** That machine does not serve. */
    void gone(String name) {
        var look = last.get(name);
        if (look != null) look.status = null;
    }

    /**
     * That machine serves. Whoever opens its door has applied all that it knew to be committed in its lives before, although
     * its disk need not have told it all of that: it waits for an entry of its own, which comes behind (R4).
     */
    void saw(String name, long member, RaftStatus status, long applied, LongSupplier appliedTerm) {
        var look = last.computeIfAbsent(name, any -> new Look());
        if (look.status == null) look.applied = servedIndices.getOrDefault(member, 0L);
        if (applied < look.applied)
            violated.accept("APPLIED_MONOTONIC " + name + ": " + applied + " after " + look.applied);
        if (!status.equals(look.status)) changed(name, member, look.status, status);
        look.status = status;
        if (applied == look.applied) return;
        look.applied = applied;
        logs.applied(member, status.term(), new EntryId(appliedTerm.getAsLong(), applied));
    }

    private void changed(String name, long member, @Nullable RaftStatus before, RaftStatus status) {
        checkTerm(member, status.term());
        if (before != null && status.term() < before.term())
            violated.accept("STATUS_MONOTONIC " + name + ": " + before + ", then " + status);
        long served = servedIndices.merge(member, status.commitIndex(), Math::max);
        if (status.commitIndex() < served)
            violated.accept("COMMIT_MONOTONIC " + name + ": " + served + ", then " + status);
        if (status.isLeader()) checkLeader(status.term(), member);
    }

    /** Election Safety (§5.2): at most one leader in a term, whether it serves or only sends. */
    private void checkLeader(long term, long member) {
        var other = leaders.putIfAbsent(term, member);
        if (other == null) ledAnew.run();
        if (other != null && other != member)
            violated.accept("ELECTION_SAFETY term " + term + " is led by " + Long.toHexString(other) + " and "
                    + Long.toHexString(member));
    }

    /** How often leaders changed, and what happened to logs. */
    public void addTo(Map<Moment, Long> moments) {
        moments.put(Moment.LEADER_CHANGED, leaderChanges());
        logs.addTo(moments);
    }

    private long leaderChanges() {
        long changes = 0;
        long before = 0;
        for (long leader : leaders.values()) {
            if (before != 0 && before != leader) changes++;
            before = leader;
        }
        return changes;
    }

    /** A member's next life begins. */
    public void starts(long member) {
        termsAtStart.put(member, heardTerms.getOrDefault(member, 0L));
        logs.starts(member);
    }

    /** Who is to be told what the log of that member holds and is given. */
    public JournalTap.Reader log(long member) {
        return logs.reader(member);
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
                checkLeader(append.term(), append.from());
                logs.sent(append);
            }
            case Message.Heartbeat heartbeat -> checkLeader(heartbeat.term(), heartbeat.from());
            case Message.InstallSnapshot install -> checkLeader(install.term(), install.from());
            case Message.AppendEntriesReply reply -> logs.acknowledged(reply);
            default -> {}
        }
    }

    /** One vote a term (§5.2), over restarts: what was promised was on disk. */
    private void checkVote(long voter, long term, long candidate) {
        logs.voted(voter, term, candidate);
        var before = votes.putIfAbsent(new Vote(term, voter), candidate);
        if (before != null && before != candidate)
            violated.accept("ONE_VOTE_PER_TERM " + Long.toHexString(voter) + " voted in term " + term + " for "
                    + Long.toHexString(before) + " and " + Long.toHexString(candidate));
    }
}
