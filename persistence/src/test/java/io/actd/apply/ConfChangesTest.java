package io.actd.apply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.protocol.api.DowngradeInfo;
import io.actd.protocol.api.Member;
import io.actd.protocol.wal.ConfChange;
import io.actd.raft.Membership;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Entries and rows about members, byte for byte. */
class ConfChangesTest {
    private static final long BIG = Long.parseUnsignedLong("10608898954038455804");
    private static final Member N1 = Member.newBuilder()
            .setID(BIG)
            .setName("n1")
            .addPeerURLs("http://127.0.0.1:25800")
            .build();

    private static String contextOf(byte[] entry) {
        return ConfChanges.parse(entry).getContext().toStringUtf8();
    }

    @Test
    void bootstrap_entry_is_that_of_etcd() { // spec FM-36
        var expected = "0800" + "1000" + "18fcdbe6ebbeac989d9301" + "224d"
                + "7b226964223a31303630383839383935343033383435353830342c227065657255524c73223a5b22"
                + "687474703a2f2f3132372e302e302e313a3235383030225d2c226e616d65223a226e31227d";
        assertEquals(expected, HexFormat.of().formatHex(ConfChanges.bootstrap(N1)));
    }

    @Test
    void contexts_are_those_of_etcd() { // spec FM-20
        var added = Member.newBuilder().setID(5).addPeerURLs("http://h:1").build();
        assertEquals("{\"id\":5,\"peerURLs\":[\"http://h:1\"]}", contextOf(ConfChanges.add(1, added)));
        assertEquals(
                "{\"id\":5,\"peerURLs\":[\"http://h:1\"],\"isLearner\":true}",
                contextOf(
                        ConfChanges.add(1, added.toBuilder().setIsLearner(true).build())));
        assertEquals("{\"id\":5,\"peerURLs\":null,\"isPromote\":true}", contextOf(ConfChanges.promote(1, 5)));
        assertEquals(
                "{\"id\":5,\"peerURLs\":[\"http://h:2\"]}", contextOf(ConfChanges.update(1, 5, List.of("http://h:2"))));
        assertFalse(ConfChanges.parse(ConfChanges.remove(1, 5)).hasContext());
    }

    @Test
    void types_and_ids_are_set() { // spec FM-19, FM-3
        var learner = Member.newBuilder().setID(5).setIsLearner(true).build();
        assertEquals(
                ConfChange.Type.AddLearnerNode,
                ConfChanges.parse(ConfChanges.add(77, learner)).getType());
        var update = ConfChanges.parse(ConfChanges.update(77, BIG, List.of()));
        assertEquals(ConfChange.Type.UpdateNode, update.getType());
        assertEquals(77, update.getId());
        assertEquals(BIG, update.getNodeId());
        assertTrue(ConfChanges.parse(ConfChanges.bootstrap(N1)).hasId(), "written although 0");
        assertThrows(IllegalArgumentException.class, () -> ConfChanges.parse(new byte[] {(byte) 0xff}));
    }

    @Test
    void member_rows_read_back() { // spec FM-72, FM-4
        var member = N1.toBuilder()
                .setIsLearner(true)
                .addClientURLs("http://c:1?a=<b>&c")
                .build();
        assertEquals(member, MemberJson.member(MemberJson.member(member)));
        assertEquals(
                "{\"id\":10608898954038455804,\"peerURLs\":[\"http://127.0.0.1:25800\"],\"isLearner\":true,"
                        + "\"name\":\"n1\",\"clientURLs\":[\"http://c:1?a=<b>&c\"]}",
                new String(MemberJson.member(member), UTF_8));
    }

    @Test
    void conf_state_leaves_out_empty_lists() { // spec FM-68
        assertEquals(
                "{\"voters\":[1,10608898954038455804],\"auto_leave\":false}",
                new String(MemberJson.confState(Membership.of(Set.of(BIG, 1L), Set.of())), UTF_8));
        assertEquals(
                "{\"voters\":[1],\"learners\":[2],\"auto_leave\":false}",
                new String(MemberJson.confState(Membership.of(Set.of(1L), Set.of(2L))), UTF_8));
    }

    @Test
    void downgrade_row_reads_back() { // spec FM-73
        var info = DowngradeInfo.newBuilder()
                .setEnabled(true)
                .setTargetVersion("3.4.0")
                .build();
        var row = MemberJson.downgrade(info);
        assertEquals("{\"target-version\":\"3.4.0\",\"enabled\":true}", new String(row, UTF_8));
        assertEquals(info, MemberJson.downgrade(row));
    }
}
