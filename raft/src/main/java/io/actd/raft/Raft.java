package io.actd.raft;

import io.actd.raft.Message.AppendEntriesReply;
import io.actd.raft.Message.RequestVote;
import io.actd.raft.Message.RequestVoteReply;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** One member of a Raft group. Not thread-safe: one owner feeds it events. */
public final class Raft {
    private final MemberState state;
    private Role role;

    /** Starts as follower from what was recovered; committed but unapplied entries come with the first step. */
    public Raft(RaftConfig config, Recovered recovered, RandomGenerator random) {
        state = new MemberState(config, recovered, random);
        role = new Follower(state, 0, 0); // §5.2: servers start up as followers
    }

    /** Applies the rules to one event. */
    public Step on(Event event) {
        boolean saveCommit = false;
        switch (event) {
            case Event.Tick tick -> {
                saveCommit = true;
                become(role.tick());
            }
            case Event.Receive receive -> receive(receive.message());
            case Event.Propose propose -> become(role.propose(propose.type(), propose.payloads()));
            case Event.ReadIndex read -> become(role.readIndex(read.readId()));
            case Event.Persisted persisted -> {
                state.persisted(persisted.last());
                become(role.persisted());
            }
            case Event.Applied applied -> state.applied(applied.index());
            case Event.MembershipApplied applied -> {
                if (state.applyMembership(applied.index(), applied.membership())) {
                    become(role.membershipChanged());
                }
            }
            case Event.Compact compact -> {
                saveCommit = true; // a mark counts on disk only if the saved commit index has reached it (spec FM-29)
                state.compact(compact, role.neededFromIndex());
            }
            case Event.Campaign campaign -> become(role.campaign());
            case Event.TransferLeadership transfer -> become(role.transferLeadership(transfer.to()));
            case Event.PeerUnreachable unreachable -> role.peerUnreachable(unreachable.peer());
            case Event.SnapshotSent sent -> role.snapshotSent(sent);
            case Event.SnapshotInstalled installed -> {
                saveCommit = true;
                state.installed(installed.mark());
                role.snapshotInstalled();
                become(role.membershipChanged());
            }
            case Event.SnapshotAbandoned abandoned -> state.installationAbandoned();
        }
        return state.finish(role, saveCommit);
    }

    private void become(Role next) {
        if (next != role) {
            role.leave();
            role = next;
        }
    }

    /** The term rule (§5.1), for all messages and all roles; then the message is the role's. */
    private void receive(Message message) {
        if (message.to() != state.self()) {
            return;
        }
        if (message.term() > state.currentTerm()) {
            if (message instanceof RequestVote request && !request.leadershipTransfer() && role.hasCurrentLeader()) {
                return; // §6, thesis §4.2.3: who hears a leader neither votes nor takes over the term
            }
            if (!isPreVoting(message)) {
                state.enterTerm(message.term());
                become(role.follow(leaderSpeakingIn(message)));
            }
        } else if (message.term() < state.currentTerm()) {
            rejectStale(message);
            return;
        }
        become(role.receive(message));
    }

    /** Thesis §9.6: a pre-vote speaks of a term nobody is in yet, and so does its grant; a denial speaks of the own. */
    private static boolean isPreVoting(Message message) {
        return switch (message) {
            case RequestVote request -> request.preVote();
            case RequestVoteReply reply -> reply.preVote() && reply.granted();
            default -> false;
        };
    }

    private static long leaderSpeakingIn(Message message) {
        return switch (message) {
            case Message.AppendEntries append -> append.from();
            case Message.Heartbeat heartbeat -> heartbeat.from();
            case Message.InstallSnapshot install -> install.from();
            case Message.TimeoutNow timeout -> timeout.from();
            default -> 0;
        };
    }

    /**
     * §5.1: a request with a stale term is rejected. The answer carries the present term; an old leader steps down by it,
     * and so would one whose follower raised its term alone in a partition: else the two would ignore each other for
     * ever.
     */
    private void rejectStale(Message message) {
        long self = state.self();
        long to = message.from();
        switch (message) {
            case RequestVote request ->
                state.send(new RequestVoteReply(self, to, state.currentTerm(), request.preVote(), false));
            case Message.AppendEntries ignored -> sendTermTo(to);
            case Message.Heartbeat ignored -> sendTermTo(to);
            case Message.InstallSnapshot ignored -> sendTermTo(to);
            default -> {} // late answers and requests of clients that will ask again
        }
    }

    private void sendTermTo(long oldLeader) {
        state.send(new AppendEntriesReply(state.self(), oldLeader, state.currentTerm(), 0, true, EntryId.ZERO));
    }

    public Effect.RoleName role() {
        return role.name();
    }

    /** [persistent] monotonic. */
    public long currentTerm() {
        return state.currentTerm();
    }

    /** The leader this member believes in, 0 if none. */
    public long leader() {
        return role.leader();
    }

    /** [volatile] monotonic. */
    public long commitIndex() {
        return state.commitIndex();
    }

    public EntryId lastEntry() {
        return state.log().last();
    }

    public Membership membership() {
        return state.membership();
    }

    /** Highest index known to be durable at that member; empty if it takes no part, or if this one does not lead. */
    public OptionalLong matchIndex(long member) {
        return role.matchIndex(member);
    }
}
