package io.actd.raft;

import java.util.List;
import java.util.stream.Collectors;

/** Messages and effects as one short line each. An entry is written {@code term/index}. */
final class Trace {
    private Trace() {}

    static String of(Message message) {
        return message.from() + "→" + message.to() + " t" + message.term() + " " + what(message);
    }

    private static String what(Message message) {
        return switch (message) {
            case Message.RequestVote m ->
                (m.preVote() ? "PreVote" : "RequestVote") + " last " + id(m.last())
                        + (m.leadershipTransfer() ? " transfer" : "");
            case Message.RequestVoteReply m ->
                (m.preVote() ? "pre-vote " : "vote ") + (m.granted() ? "granted" : "denied");
            case Message.AppendEntries m ->
                "AppendEntries after " + id(m.previous()) + entries(m.entries()) + " commit " + m.leaderCommit();
            case Message.AppendEntriesReply m ->
                m.rejected() ? "no entry at " + m.matchIndex() + ", hint " + id(m.hint()) : "holds " + m.matchIndex();
            case Message.Heartbeat m -> "Heartbeat commit " + m.commitIndex() + round(m.readRound());
            case Message.HeartbeatReply m -> "heartbeat heard" + round(m.readRound());
            case Message.InstallSnapshot m -> "InstallSnapshot " + id(m.mark().id());
            case Message.TimeoutNow m -> "TimeoutNow";
            case Message.ForwardedProposal m ->
                "ForwardedProposal " + m.payloads().stream().map(Store::text).toList();
            case Message.ReadIndexRequest m -> "ReadIndexRequest";
            case Message.ReadIndexReply m -> "ReadIndexReply index " + m.readIndex();
        };
    }

    /** Empty for messages, which are traced when they arrive. */
    static String of(Effect effect) {
        return switch (effect) {
            case Effect.Persist e ->
                "persists" + entries(e.entries()) + hardState(e) + " then sends "
                        + e.thenSend().size();
            case Effect.Send e -> "";
            case Effect.Appended e -> "appended " + e.count() + " from " + e.firstIndex();
            case Effect.ProposalDropped e -> "dropped " + e.reason();
            case Effect.Commit e -> "commits" + entries(e.entries());
            case Effect.ReadReady e -> "read " + e.readId() + " ready at " + e.readIndex();
            case Effect.ReadDropped e -> "read " + e.readId() + " dropped";
            case Effect.RoleChanged e -> "is " + e.role() + " in term " + e.term() + ", leader " + e.leader();
            case Effect.SendSnapshot e -> "sends the store to " + e.peer();
            case Effect.InstallSnapshot e -> "installs the store " + id(e.mark().id());
            case Effect.HeldUpByDisk e -> "is held up by its disk, tries to hand over to " + e.to();
            case Effect.TransferEnded e -> "transfer to " + e.to() + (e.completed() ? " completed" : " failed");
        };
    }

    private static String hardState(Effect.Persist persist) {
        HardState state = persist.hardState();
        return state == null
                ? ""
                : " term " + state.currentTerm() + " vote " + state.votedFor() + " commit " + state.commitIndex();
    }

    private static String round(long round) {
        return round == 0 ? "" : " round " + round;
    }

    private static String id(EntryId id) {
        return id.term() + "/" + id.index();
    }

    private static String entries(List<Entry> entries) {
        return entries.isEmpty()
                ? ""
                : entries.stream()
                        .map(entry -> id(entry.id()) + ":" + Store.text(entry.payload()))
                        .collect(Collectors.joining(" ", " [", "]"));
    }
}
