package io.actd.apply;

import static io.actd.apply.Machine.command;
import static io.actd.apply.Machine.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedOutputStream;
import io.actd.invariant.Invariant;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.Member;
import io.actd.protocol.api.MemberListResponse;
import io.actd.protocol.membership.Attributes;
import io.actd.protocol.membership.ClusterMemberAttrSetRequest;
import io.actd.protocol.membership.ClusterVersionSetRequest;
import io.actd.protocol.membership.DowngradeInfoSetRequest;
import io.actd.protocol.wal.ConfChange;
import io.actd.raft.Entry;
import io.actd.raft.Membership;
import io.actd.raft.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members and versions as applied state (spec §16, FM-19, FM-20, FM-42, FM-72, FM-73). */
class ClusterTest {
    private static final long BIG = 0xfd422379fda50e48L; // above 2^63

    private final Machine machine = new Machine();

    @BeforeEach
    void bootstrap() {
        for (long id : new long[] {1, 2, BIG}) {
            machine.change(ConfChanges.bootstrap(
                    member(id).setName("n" + Long.toUnsignedString(id)).build()));
        }
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private static Member.Builder member(long id) {
        return Member.newBuilder().setID(id).addPeerURLs("http://m" + Long.toUnsignedString(id) + ":2380");
    }

    private Member find(long id) {
        var member = machine.state().members().find(id);
        assertNotNull(member);
        return member;
    }

    @Test
    void bootstrap_answers_nobody_and_makes_voters() { // spec FM-20, M-1
        var first = machine.answers().get(0);
        assertEquals(0, first.requestId());
        assertNull(first.outcome());
        assertEquals(Membership.of(Set.of(1L), Set.of()), first.membership());
        assertEquals(
                Membership.of(Set.of(1L, 2L, BIG), Set.of()), machine.state().membership());
        assertEquals(
                List.of(1L, 2L, BIG),
                machine.state().members().all().stream().map(Member::getID).toList());
        assertEquals("n1", find(1).getName());
    }

    @Test
    void learner_is_added_then_promoted() { // spec M-3, M-5, M-10, M-12
        var applied =
                machine.change(ConfChanges.add(50, member(4).setIsLearner(true).build()));
        assertEquals(50, applied.requestId());
        var list = Machine.ok(MemberListResponse.class, applied);
        assertEquals(0, list.getHeader().getRevision());
        assertEquals(4, list.getMembersCount());
        assertTrue(machine.state().membership().learners().contains(4L));
        assertEquals(
                Refusal.TOO_MANY_LEARNERS,
                refusal(machine.change(
                        ConfChanges.add(51, member(5).setIsLearner(true).build()))));
        var promoted = machine.change(ConfChanges.promote(52, 4));
        assertEquals(Membership.of(Set.of(1L, 2L, 4L, BIG), Set.of()), promoted.membership());
        assertEquals(List.of("http://m4:2380"), find(4).getPeerURLsList(), "FM-20: nothing else changes");
        assertEquals(Refusal.MEMBER_NOT_LEARNER, refusal(machine.change(ConfChanges.promote(53, 4))));
        assertEquals(Refusal.MEMBER_NOT_FOUND, refusal(machine.change(ConfChanges.promote(54, 404))));
    }

    @Test
    void added_member_needs_an_own_id_and_own_urls() { // spec M-4
        assertEquals(
                Refusal.MEMBER_EXISTS,
                refusal(machine.change(
                        ConfChanges.add(50, member(2).clearPeerURLs().build()))));
        var taken = Member.newBuilder().setID(5).addPeerURLs("http://m2:2380").build();
        var applied = machine.change(ConfChanges.add(51, taken));
        assertEquals(Refusal.PEER_URL_EXISTS, refusal(applied));
        assertNull(applied.membership());
    }

    @Test
    void update_changes_urls_only() { // spec M-9
        var applied = machine.change(ConfChanges.update(50, 2, List.of("http://new:1")));
        assertNull(applied.membership());
        assertEquals(List.of("http://new:1"), find(2).getPeerURLsList());
        assertEquals("n2", find(2).getName());
        machine.change(ConfChanges.update(51, 2, List.of("http://new:1")));
        assertEquals(
                Refusal.PEER_URL_EXISTS, refusal(machine.change(ConfChanges.update(52, 1, List.of("http://new:1")))));
        assertEquals(Refusal.MEMBER_NOT_FOUND, refusal(machine.change(ConfChanges.update(53, 9, List.of()))));
        machine.change(ConfChanges.update(54, 2, List.of()));
        assertEquals(0, find(2).getPeerURLsCount());
    }

    @Test
    void removed_member_never_comes_back() { // spec H-7, M-8
        var applied = machine.change(ConfChanges.remove(50, BIG));
        assertEquals(Membership.of(Set.of(1L, 2L), Set.of()), applied.membership());
        assertTrue(machine.state().members().wasRemoved(BIG));
        assertEquals(Refusal.MEMBER_NOT_FOUND, refusal(machine.change(ConfChanges.remove(51, BIG))));
        assertEquals(
                Refusal.MEMBER_NOT_FOUND,
                refusal(machine.change(ConfChanges.add(52, member(BIG).build()))));
        assertEquals(Refusal.MEMBER_NOT_FOUND, refusal(machine.change(ConfChanges.remove(53, 404))));
        machine.reopen();
        assertTrue(machine.state().members().wasRemoved(BIG));
        assertFalse(machine.state().members().wasRemoved(2));
        assertNull(machine.state().members().find(BIG));
    }

    @Test
    void member_publishes_itself() { // spec M-2
        var attributes = Attributes.newBuilder().setName("new").addClientUrls("http://c:1");
        var publish = ClusterMemberAttrSetRequest.newBuilder().setMemberID(2).setMemberAttributes(attributes);
        machine.apply(command().setClusterMemberAttrSet(publish));
        machine.reopen();
        assertEquals(member(2).setName("new").addClientURLs("http://c:1").build(), find(2));
        var unknown = machine.apply(command().setClusterMemberAttrSet(publish.setMemberID(404)));
        assertEquals(Refusal.MEMBER_NOT_FOUND, refusal(unknown));
    }

    @Test
    void versions_are_kept() { // spec MT-17, FM-73, FM-68
        assertNull(machine.state().members().clusterVersion());
        setVersion("3.5.0");
        assertNull(machine.state().members().storageVersion());
        setVersion("3.6.0");
        machine.reopen();
        assertEquals("3.6.0", machine.state().members().clusterVersion());
        assertEquals("3.6.0", machine.state().members().storageVersion());
        setVersion("3.5.0");
        machine.reopen();
        assertEquals("3.5.0", machine.state().members().clusterVersion());
        assertNull(machine.state().members().storageVersion());
    }

    private void setVersion(String version) {
        machine.apply(command()
                .setClusterVersionSet(ClusterVersionSetRequest.newBuilder().setVer(version)));
    }

    @Test
    void downgrade_is_kept_until_cancelled() { // spec MT-16, FM-73
        machine.apply(command()
                .setDowngradeInfoSet(
                        DowngradeInfoSetRequest.newBuilder().setEnabled(true).setVer("3.5.0")));
        machine.reopen();
        assertTrue(machine.state().members().downgradeInfo().getEnabled());
        assertEquals("3.5.0", machine.state().members().downgradeInfo().getTargetVersion());
        machine.apply(command().setDowngradeInfoSet(DowngradeInfoSetRequest.getDefaultInstance()));
        machine.reopen();
        assertFalse(machine.state().members().downgradeInfo().getEnabled());
    }

    @Test
    void membership_survives_a_restart() { // spec FM-72
        machine.change(ConfChanges.add(50, member(4).setIsLearner(true).build()));
        var before = machine.state().members().all();
        machine.reopen();
        assertEquals(before, machine.state().members().all());
        assertEquals(
                Membership.of(Set.of(1L, 2L, BIG), Set.of(4L)), machine.state().membership());
    }

    @Test
    void context_must_name_the_member() { // spec FM-20
        var change = ConfChanges.parse(ConfChanges.add(50, member(4).build())).toBuilder()
                .setNodeId(5)
                .build();
        assertThrows(Invariant.Broken.class, () -> machine.change(change.toByteArray()));
    }

    @Test
    void change_without_context_adds_a_bare_member() { // spec FM-20, --force-new-cluster
        machine.change(ConfChange.newBuilder()
                .setType(ConfChange.Type.AddNode)
                .setNodeId(8)
                .build()
                .toByteArray());
        assertEquals(Member.newBuilder().setID(8).build(), find(8));
    }

    @Test
    void v2_entries_publish_members_and_versions() { // spec FM-42
        v2("PUT", "/0/members/fd422379fda50e48/attributes", "{\"name\":\"old\",\"clientURLs\":[\"http://o:1\"]}");
        v2("PUT", "/0/version", "3.5.0");
        assertEquals("old", find(BIG).getName());
        assertEquals(List.of("http://o:1"), find(BIG).getClientURLsList());
        assertEquals("3.5.0", machine.state().members().clusterVersion());
    }

    @Test
    void other_v2_entries_have_no_effect() { // spec FM-42
        var applied = v2("PUT", "/1/foo", "bar");
        v2("SYNC", "", "");
        v2("DELETE", "/0/version", "");
        assertNull(applied.outcome());
        assertNull(machine.state().members().clusterVersion());
        assertEquals(6, machine.state().appliedIndex());
    }

    private Applied v2(String method, String path, String value) {
        var bytes = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeUInt64(1, 12345);
            out.writeString(2, method);
            out.writeString(3, path);
            out.writeString(4, value);
            out.writeBool(5, false);
            out.writeString(6, "");
            out.writeUInt64(7, 0);
            out.flush();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return machine.apply(Entry.Type.NORMAL, Payload.of(bytes.toByteArray()));
    }
}
