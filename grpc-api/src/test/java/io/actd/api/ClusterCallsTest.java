package io.actd.api;

import static io.actd.api.LiveServer.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.protocol.api.Member;
import io.actd.protocol.api.MemberAddRequest;
import io.actd.protocol.api.MemberAddResponse;
import io.actd.protocol.api.MemberListRequest;
import io.actd.protocol.api.MemberListResponse;
import io.actd.protocol.api.MemberPromoteRequest;
import io.actd.protocol.api.MemberPromoteResponse;
import io.actd.protocol.api.MemberRemoveRequest;
import io.actd.protocol.api.MemberRemoveResponse;
import io.actd.protocol.api.MemberUpdateRequest;
import io.actd.protocol.api.MemberUpdateResponse;
import io.actd.protocol.api.MoveLeaderRequest;
import io.actd.protocol.api.MoveLeaderResponse;
import io.actd.protocol.api.StatusRequest;
import io.actd.protocol.api.StatusResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Membership and leadership calls against a cluster of one: answers, and every refusal such a cluster can give. */
class ClusterCallsTest {
    private static final long UNKNOWN = 0xbadL;
    private static final String NOT_FOUND = "NOT_FOUND etcdserver: member not found";

    private LiveServer server;

    @BeforeEach
    void start(@TempDir Path dir) throws Exception {
        server = LiveServer.start(dir);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private MemberAddResponse add(boolean learner, String... peerUrls) {
        return server.call(
                "etcdserverpb.Cluster/MemberAdd",
                MemberAddRequest.newBuilder()
                        .addAllPeerURLs(List.of(peerUrls))
                        .setIsLearner(learner)
                        .build(),
                MemberAddResponse.getDefaultInstance());
    }

    private MemberRemoveResponse remove(long id) {
        return server.call(
                "etcdserverpb.Cluster/MemberRemove",
                MemberRemoveRequest.newBuilder().setID(id).build(),
                MemberRemoveResponse.getDefaultInstance());
    }

    private MemberUpdateResponse update(long id, String... peerUrls) {
        return server.call(
                "etcdserverpb.Cluster/MemberUpdate",
                MemberUpdateRequest.newBuilder()
                        .setID(id)
                        .addAllPeerURLs(List.of(peerUrls))
                        .build(),
                MemberUpdateResponse.getDefaultInstance());
    }

    private MemberPromoteResponse promote(long id) {
        return server.call(
                "etcdserverpb.Cluster/MemberPromote",
                MemberPromoteRequest.newBuilder().setID(id).build(),
                MemberPromoteResponse.getDefaultInstance());
    }

    private MoveLeaderResponse moveLeader(long id) {
        return server.call(
                "etcdserverpb.Maintenance/MoveLeader",
                MoveLeaderRequest.newBuilder().setTargetID(id).build(),
                MoveLeaderResponse.getDefaultInstance());
    }

    private List<Member> list(boolean linearizable) {
        var response = server.call(
                "etcdserverpb.Cluster/MemberList",
                MemberListRequest.newBuilder().setLinearizable(linearizable).build(),
                MemberListResponse.getDefaultInstance());
        assertEquals(0, response.getHeader().getRevision()); // spec M-12
        return response.getMembersList();
    }

    @Test
    void addedLearner_isListed_updated_andRemovedForEver() { // spec M-1, M-2, M-8, M-9, M-12
        var added = add(true, "http://127.0.0.1:2", "http://127.0.0.1:1");
        var learner = added.getMember();
        assertTrue(learner.getIsLearner());
        assertEquals(List.of("http://127.0.0.1:1", "http://127.0.0.1:2"), learner.getPeerURLsList());
        assertEquals("", learner.getName());
        assertEquals(0, added.getHeader().getRevision());
        assertEquals(added.getMembersList(), list(true));
        assertEquals(added.getMembersList(), list(false));
        assertEquals(2, added.getMembersCount());
        assertTrue(Long.compareUnsigned(
                        added.getMembers(0).getID(), added.getMembers(1).getID())
                < 0);

        var updated = update(learner.getID(), "http://127.0.0.1:3");
        assertEquals(
                List.of("http://127.0.0.1:3"),
                updated.getMembersList().stream()
                        .filter(Member::getIsLearner)
                        .findFirst()
                        .orElseThrow()
                        .getPeerURLsList());

        var removed = remove(learner.getID());
        assertEquals(1, removed.getMembersCount());
        assertEquals(NOT_FOUND, refusal(() -> remove(learner.getID())));
        assertEquals(NOT_FOUND, refusal(() -> update(learner.getID(), "http://127.0.0.1:4")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "127.0.0.1:1",
                "ftp://127.0.0.1:1",
                "http://127.0.0.1",
                "http://127.0.0.1:1/",
                "http://127.0.0.1:1/path",
                "http://127.0.0.1:x",
                "unix://",
            })
    void urlsThatLeadNowhere_areInvalid(String url) { // spec M-3
        assertEquals(
                "INVALID_ARGUMENT etcdserver: given member URLs are invalid",
                refusal(() -> add(true, "http://127.0.0.1:1", url)));
    }

    @Test
    void noUrls_areInvalid() { // spec M-3
        assertEquals("INVALID_ARGUMENT etcdserver: given member URLs are invalid", refusal(() -> add(false)));
    }

    @Test
    void changesThatCannotBe_areRefused() { // spec M-4, M-5, M-7, M-8, M-10, OP-56
        assertEquals(NOT_FOUND, refusal(() -> remove(UNKNOWN)));
        assertEquals(NOT_FOUND, refusal(() -> update(UNKNOWN, "http://127.0.0.1:1")));
        assertEquals(NOT_FOUND, refusal(() -> promote(UNKNOWN)));
        assertEquals(
                "FAILED_PRECONDITION etcdserver: Peer URLs already exists",
                refusal(() -> add(true, "http://127.0.0.1:23800")));
        assertEquals(
                "UNKNOWN etcdserver: re-configuration failed due to not enough started members",
                refusal(() -> remove(LiveServer.MEMBER_ID)));
        assertEquals(
                "FAILED_PRECONDITION etcdserver: can only promote a learner member",
                refusal(() -> promote(LiveServer.MEMBER_ID)));

        var learner = add(true, "http://127.0.0.1:1").getMember().getID();
        assertEquals(
                "FAILED_PRECONDITION etcdserver: too many learner members in cluster",
                refusal(() -> add(true, "http://127.0.0.1:2")));
        assertEquals(
                "FAILED_PRECONDITION etcdserver: can only promote a learner member which is in sync with leader",
                refusal(() -> promote(learner)));
        assertEquals(
                "FAILED_PRECONDITION etcdserver: Peer URLs already exists",
                refusal(() -> update(learner, "http://127.0.0.1:23800")));
        assertEquals(2, list(true).size());
    }

    @Test
    void leadership_goesToVotersOnly() { // spec MT-12
        moveLeader(LiveServer.MEMBER_ID);
        var bad = "FAILED_PRECONDITION etcdserver: bad leader transferee";
        assertEquals(bad, refusal(() -> moveLeader(UNKNOWN)));
        var learner = add(true, "http://127.0.0.1:1").getMember().getID();
        assertEquals(bad, refusal(() -> moveLeader(learner)));
        var status = server.call(
                "etcdserverpb.Maintenance/Status",
                StatusRequest.getDefaultInstance(),
                StatusResponse.getDefaultInstance());
        assertEquals(LiveServer.MEMBER_ID, status.getLeader());
        assertFalse(status.getIsLearner());
        assertEquals(status.getRaftIndex(), status.getRaftAppliedIndex());
        assertTrue(status.getDbSize() > 0); // spec CT-20
    }
}
