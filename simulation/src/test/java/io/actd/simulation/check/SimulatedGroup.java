package io.actd.simulation.check;

import io.actd.member.RaftStatus;
import io.actd.peer.PeerMessage;
import io.actd.raft.Effect.RoleName;
import io.actd.raft.Entry;
import io.actd.raft.EntryId;
import io.actd.raft.HardState;
import io.actd.raft.Message;
import io.actd.raft.Payload;
import io.actd.wal.WalBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Three members that keep Raft's promises, in the plainest way: elections, appends, commits and restarts one at a time,
 * each told to {@link RaftPromises} as whole members do. With a {@link Flaw} one of them breaks a promise, once.
 */
final class SimulatedGroup {
    /** What a member could do wrong, and the promise that breaks. */
    enum Flaw {
        LEADS_A_TERM_OF_ANOTHER("ELECTION_SAFETY"),
        SENDS_AS_LEADER_IN_A_TERM_OF_ANOTHER("ELECTION_SAFETY"),
        VOTES_TWICE("ONE_VOTE_PER_TERM"),
        GOES_BACK_TO_AN_OLD_TERM("TERM_MONOTONIC"),
        SAYS_AN_OLDER_TERM("STATUS_MONOTONIC"),
        SAYS_LESS_IS_COMMITTED("COMMIT_MONOTONIC"),
        SERVES_AN_OLDER_STATE("APPLIED_MONOTONIC"),
        WRITES_SOMETHING_ELSE("LOG_MATCHING"),
        SENDS_BEHIND_SOMETHING_ELSE("LOG_MATCHING"),
        LOSES_AN_ENTRY("LOG_KEPT"),
        LOSES_AN_ACKNOWLEDGED_ENTRY("LOG_KEPT"),
        LOSES_ITS_LOG("LOG_KEPT"),
        LOSES_ITS_TERM("LOG_KEPT"),
        LOSES_ITS_VOTE("LOG_KEPT"),
        ACKNOWLEDGES_WHAT_IT_HAS_NOT("DURABLE_BEFORE_SENT"),
        APPLIES_WHAT_IT_HAS_NOT("WRITTEN_BEFORE_APPLIED"),
        LEADS_WITHOUT_WHAT_WAS_COMMITTED("LEADER_COMPLETENESS");

        private final String rule;

        Flaw(String rule) {
            this.rule = rule;
        }

        String rule() {
            return rule;
        }
    }

    private static final class Member {
        final long id;
        final List<Entry> log = new ArrayList<>();
        long term;
        long votedFor;
        long commitIndex;
        long servedIndex; // in any life
        boolean serves;

        Member(long id) {
            this.id = id;
        }

        EntryId at(long index) {
            return index == 0 ? EntryId.ZERO : log.get((int) index - 1).id();
        }

        EntryId last() {
            return at(log.size());
        }

        HardState hardState() {
            return new HardState(term, votedFor, 0);
        }
    }

    private static final int STEPS = 120;

    private final SplittableRandom random;
    private final RaftPromises promises;
    private final @Nullable Flaw flaw;
    private final int flawFrom;
    private final List<String> rules = new ArrayList<>();
    private final List<Member> members = List.of(new Member(1), new Member(2), new Member(3));
    private int step;
    private boolean flawed;
    private int contents;
    private @Nullable Member leader;

    private SimulatedGroup(long seed, @Nullable Flaw flaw) {
        this.random = new SplittableRandom(seed);
        this.flaw = flaw;
        this.flawFrom = random.nextInt(STEPS / 2);
        this.promises = new RaftPromises(List.of(), () -> {}, what -> rules.add(what.substring(0, what.indexOf(' '))));
    }

    /**
     * What the checker says.
     *
     * @param flawed whether there was an occasion for the flaw
     * @param rules the promises that are said to be broken
     */
    record Judged(boolean flawed, List<String> rules) {}

    static Judged correct(long seed) {
        return new SimulatedGroup(seed, null).run();
    }

    static Judged flawed(long seed, Flaw flaw) {
        return new SimulatedGroup(seed, flaw).run();
    }

    private Judged run() {
        members.forEach(member -> promises.starts(member.id));
        for (step = 0; step < STEPS && !flawed; step++) {
            var member = members.get(random.nextInt(members.size()));
            switch (random.nextInt(8)) {
                case 0 -> elect(member);
                case 1 -> restart(member);
                case 2, 3 -> propose();
                default -> replicate(member);
            }
        }
        return new Judged(flawed, List.copyOf(rules));
    }

    /** True once, if this is the flaw and its time has come. */
    private boolean now(Flaw which) {
        if (flaw != which || flawed || step < flawFrom) return false;
        flawed = true;
        return true;
    }

    // ---- elections

    private void elect(Member candidate) {
        boolean upToDate = members.stream()
                        .filter(m -> candidate.last().compareTo(m.last()) >= 0)
                        .count()
                >= 2;
        boolean behind = committed() > candidate.log.size();
        if (!upToDate && !(behind && now(Flaw.LEADS_WITHOUT_WHAT_WAS_COMMITTED))) return;
        long term = members.stream().mapToLong(member -> member.term).max().orElseThrow() + 1;
        vote(candidate, term, candidate.id);
        promises.sent(raft(new Message.RequestVote(candidate.id, 0, term, candidate.last(), false, false)));
        for (var other : members) {
            if (other == candidate) continue;
            vote(other, term, candidate.id);
            grant(other, term, candidate.id);
            if (now(Flaw.VOTES_TWICE)) grant(other, term, other.id);
        }
        leader = candidate;
        append(candidate, new Entry(term, candidate.log.size() + 1, Entry.Type.NORMAL, Payload.EMPTY));
        look(candidate);
        var rival = members.get((int) (candidate.id % members.size()));
        if (rival.serves && candidate.serves && now(Flaw.LEADS_A_TERM_OF_ANOTHER))
            saw(rival, new RaftStatus(RoleName.LEADER, rival.id, term, rival.commitIndex), rival.commitIndex);
    }

    /** As far as anybody has seen. */
    private long committed() {
        return members.stream().mapToLong(member -> member.servedIndex).max().orElseThrow();
    }

    private void vote(Member member, long term, long candidate) {
        member.term = term;
        member.votedFor = candidate;
        promises.log(member.id).writes(new WalBatch(List.of(), member.hardState(), null, true));
    }

    private void grant(Member member, long term, long candidate) {
        promises.sent(raft(new Message.RequestVoteReply(member.id, candidate, term, false, true)));
    }

    // ---- the log

    private void propose() {
        var from = leader;
        if (from == null) return;
        var payload = Payload.of(new byte[] {(byte) contents, (byte) (contents++ >> 8)});
        append(from, new Entry(from.term, from.log.size() + 1, Entry.Type.NORMAL, payload));
    }

    private void append(Member member, Entry entry) {
        var more = List.of(entry);
        promises.log(member.id).writes(new WalBatch(more, null, null, true));
        member.log.add(entry);
    }

    private void replicate(Member to) {
        var from = leader;
        if (from == null || from == to) return;
        int same = 0;
        while (same < Math.min(from.log.size(), to.log.size())
                && from.at(same + 1).equals(to.at(same + 1))) same++;
        int end = same + random.nextInt(from.log.size() - same + 1);
        send(from, to, same, List.copyOf(from.log.subList(same, end)));
        if (flawed) return;
        long match = end;
        if (match > from.commitIndex && from.at(match).term() == from.term) from.commitIndex = match;
        look(from);
        to.commitIndex = Math.max(to.commitIndex, Math.min(match, from.commitIndex));
        look(to);
    }

    private void send(Member from, Member to, int same, List<Entry> entries) {
        var previous = from.at(same);
        if (!entries.isEmpty() && now(Flaw.SENDS_BEHIND_SOMETHING_ELSE))
            previous = new EntryId(previous.term() + 1, previous.index());
        promises.sent(raft(new Message.AppendEntries(from.id, to.id, from.term, previous, entries, from.commitIndex)));
        if (now(Flaw.SENDS_AS_LEADER_IN_A_TERM_OF_ANOTHER))
            promises.sent(raft(new Message.Heartbeat(to.id, from.id, from.term, 0, 0)));
        var written = new ArrayList<>(entries);
        if (!entries.isEmpty() && now(Flaw.WRITES_SOMETHING_ELSE)) {
            var last = written.removeLast();
            written.add(new Entry(last.term(), last.index(), last.type(), Payload.of(new byte[] {1, 2, 3})));
        }
        to.term = from.term;
        if (!written.isEmpty()) {
            to.log.subList(same, to.log.size()).clear();
            to.log.addAll(written);
            promises.log(to.id).writes(new WalBatch(written, null, null, true));
        }
        long more = now(Flaw.ACKNOWLEDGES_WHAT_IT_HAS_NOT) ? to.log.size() + 1 : same + entries.size();
        acknowledge(to, more);
        if (!written.isEmpty() && now(Flaw.LOSES_AN_ACKNOWLEDGED_ENTRY)) {
            to.log.removeLast();
            begin(to, to.hardState());
        }
    }

    private void acknowledge(Member member, long match) {
        promises.sent(raft(new Message.AppendEntriesReply(member.id, 0, member.term, match, false, EntryId.ZERO)));
    }

    // ---- lives

    private void restart(Member member) {
        if (member == leader) leader = null;
        long before = member.term;
        var state = member.hardState();
        if (!member.log.isEmpty() && now(Flaw.LOSES_ITS_LOG)) member.log.clear();
        // the last batch may be under way, so it has to be another
        promises.log(member.id).writes(new WalBatch(List.of(), state, null, true));
        promises.log(member.id).writes(new WalBatch(List.of(), state, null, true));
        if (!member.log.isEmpty() && now(Flaw.LOSES_AN_ENTRY)) member.log.removeLast();
        if (state.currentTerm() > 1 && now(Flaw.LOSES_ITS_TERM))
            state = new HardState(state.currentTerm() - 1, state.votedFor(), 0);
        if (state.votedFor() != 0 && now(Flaw.LOSES_ITS_VOTE)) state = new HardState(state.currentTerm(), 0, 0);
        begin(member, state);
        if (before > 1 && now(Flaw.GOES_BACK_TO_AN_OLD_TERM))
            promises.sent(raft(new Message.RequestVoteReply(member.id, 0, 0, false, false)));
        if (member.servedIndex > 1 && now(Flaw.SERVES_AN_OLDER_STATE))
            saw(member, status(member), member.servedIndex - 1);
    }

    private void begin(Member member, HardState found) {
        promises.gone(name(member));
        promises.starts(member.id);
        var log = promises.log(member.id);
        log.recovers(new WalBatch(List.of(), found, null, true));
        if (!member.log.isEmpty()) log.recovers(new WalBatch(List.copyOf(member.log), null, null, true));
        log.writes(new WalBatch(List.of(), member.hardState(), null, true));
        member.serves = false;
    }

    /** Serves once it has applied what it had in its lives before. */
    private void look(Member member) {
        if (member.commitIndex == 0 || member.commitIndex < member.servedIndex) return;
        member.serves = true;
        member.servedIndex = member.commitIndex;
        saw(member, status(member), member.commitIndex);
        if (member.term > 1 && now(Flaw.SAYS_AN_OLDER_TERM))
            saw(member, new RaftStatus(RoleName.FOLLOWER, 0, member.term - 1, member.commitIndex), member.commitIndex);
        if (now(Flaw.APPLIES_WHAT_IT_HAS_NOT)) {
            var status = new RaftStatus(RoleName.FOLLOWER, 0, member.term, member.log.size() + 1);
            promises.saw(name(member), member.id, status, status.commitIndex(), () -> member.term);
        }
        if (now(Flaw.SAYS_LESS_IS_COMMITTED))
            saw(member, new RaftStatus(RoleName.FOLLOWER, 0, member.term, member.commitIndex - 1), member.commitIndex);
    }

    private RaftStatus status(Member member) {
        boolean leads = member == leader;
        return new RaftStatus(
                leads ? RoleName.LEADER : RoleName.FOLLOWER, leads ? member.id : 0, member.term, member.commitIndex);
    }

    private void saw(Member member, RaftStatus status, long applied) {
        promises.saw(name(member), member.id, status, applied, () -> member.at(applied)
                .term());
    }

    private static String name(Member member) {
        return "m" + member.id;
    }

    private static PeerMessage raft(Message message) {
        return new PeerMessage.Raft(message);
    }
}
