package io.actd.peer;

import com.google.protobuf.ByteString;
import io.actd.peer.PeerMessage.LeaderAnswer;
import io.actd.peer.PeerMessage.LeaderQuestion;
import io.actd.peer.PeerMessage.LeaderQuestionKind;
import io.actd.protocol.Refusal;
import io.actd.protocol.ServerVersion;
import io.actd.raft.Entry;
import io.actd.raft.EntryId;
import io.actd.raft.Membership;
import io.actd.raft.Message;
import io.actd.raft.Payload;
import io.actd.raft.SnapshotMark;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** One message of each kind and shape, from member 1 to member 2. */
final class Samples {
    static final long CLUSTER = 0xc1;
    private static final SnapshotMark MARK = new SnapshotMark(70, 6, Membership.of(Set.of(1L, -2L, 3L), Set.of(4L)));

    private Samples() {}

    static Stream<PeerMessage> all() {
        return Stream.concat(rules().map(PeerMessage.Raft::new), others());
    }

    private static Stream<Message> rules() {
        return Stream.of(
                new Message.RequestVote(1, 2, 7, new EntryId(6, 80), true, false),
                new Message.RequestVote(1, 2, 7, new EntryId(0, 0), false, true),
                new Message.RequestVoteReply(1, 2, 7, false, true),
                new Message.RequestVoteReply(1, 2, 7, true, false),
                append(80, "put a", "", "put b"),
                append(80),
                new Message.AppendEntriesReply(1, 2, 7, 83, false, EntryId.ZERO),
                new Message.AppendEntriesReply(1, 2, 7, 80, true, new EntryId(5, 77)),
                new Message.Heartbeat(1, 2, 7, 80, 12),
                new Message.HeartbeatReply(1, 2, 7, 12),
                new Message.InstallSnapshot(1, 2, 7, MARK),
                new Message.TimeoutNow(1, 2, 7),
                new Message.ForwardedProposal(
                        1, 2, 7, Entry.Type.NORMAL, List.of(payload("put a"), Payload.EMPTY, payload("put b"))),
                new Message.ForwardedProposal(1, 2, 7, Entry.Type.CONF_CHANGE, List.of(payload("add"))),
                new Message.ReadIndexRequest(1, 2, 7, 99),
                new Message.ReadIndexReply(1, 2, 7, 99, 80));
    }

    private static Stream<PeerMessage> others() {
        return Stream.of(
                new PeerMessage.SnapshotChunk(1, 2, 55, MARK, 3, true, ByteString.copyFromUtf8("slice")),
                new PeerMessage.SnapshotChunk(1, 2, 55, SnapshotMark.NONE, 0, false, ByteString.EMPTY),
                new PeerMessage.SnapshotAck(1, 2, 55, 4, true, ""),
                new PeerMessage.SnapshotAck(1, 2, 55, 2, false, "no space left, größer"),
                new PeerMessage.Leaving(1, 2),
                new PeerMessage.Alive(1, 2, null, List.of()),
                new PeerMessage.Alive(
                        1, 2, new ServerVersion(3, 6), List.of("http://10.0.0.1:2380", "http://[::1]:2380")),
                new LeaderQuestion(1, 2, 8, LeaderQuestionKind.KEEP_ALIVE, ByteString.copyFromUtf8("q")),
                new LeaderQuestion(1, 2, 8, LeaderQuestionKind.TIME_TO_LIVE, ByteString.EMPTY),
                new LeaderQuestion(1, 2, 8, LeaderQuestionKind.PROMOTE, ByteString.copyFromUtf8("q")),
                new LeaderAnswer(1, 2, 8, ByteString.copyFromUtf8("a"), null),
                new LeaderAnswer(1, 2, 8, ByteString.EMPTY, Refusal.LEASE_NOT_FOUND));
    }

    /** Of term 7, its first entry one after {@code previous}, the last a conf change. */
    static Message.AppendEntries append(long previous, String... commands) {
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < commands.length; i++) {
            var type = i == commands.length - 1 ? Entry.Type.CONF_CHANGE : Entry.Type.NORMAL;
            entries.add(new Entry(7, previous + 1 + i, type, payload(commands[i])));
        }
        return new Message.AppendEntries(1, 2, 7, new EntryId(6, previous), entries, 79);
    }

    static Payload payload(String text) {
        return text.isEmpty() ? Payload.EMPTY : Payload.of(text.getBytes(StandardCharsets.UTF_8));
    }

    static PeerMessage heartbeat(long from, long to, long commitIndex) {
        return new PeerMessage.Raft(new Message.Heartbeat(from, to, 7, commitIndex, 0));
    }

    /** An append from 1 to 2 of one entry of that size. */
    static PeerMessage hugeAppend(int bytes) {
        var content = new byte[bytes];
        for (int i = 0; i < bytes; i++) content[i] = (byte) (i * 31 >> 3);
        var entry = new Entry(7, 81, Entry.Type.NORMAL, Payload.of(content));
        return new PeerMessage.Raft(new Message.AppendEntries(1, 2, 7, new EntryId(6, 80), List.of(entry), 79));
    }

    /** An append from 1 to 2 of that many entries, whose commands are one and the same in memory. */
    static PeerMessage appendOf(int entries, int bytesEach) {
        var command = Payload.of(new byte[bytesEach]);
        var all = LongStream.rangeClosed(81, 80 + entries)
                .mapToObj(index -> new Entry(7, index, Entry.Type.NORMAL, command))
                .toList();
        return new PeerMessage.Raft(new Message.AppendEntries(1, 2, 7, new EntryId(6, 80), all, 79));
    }
}
