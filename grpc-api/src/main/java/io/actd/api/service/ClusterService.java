package io.actd.api.service;

import com.google.protobuf.Message;
import io.actd.api.rpc.MethodTable;
import io.actd.api.rpc.UnaryCall;
import io.actd.apply.MemberIds;
import io.actd.member.MemberApi;
import io.actd.member.MemberChange;
import io.actd.member.Reply;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
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
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;

/**
 * {@code etcdserverpb.Cluster} (spec §16). Every answer lists the members as they are after the change, ascending by id
 * (M-1), under revision 0 (M-12).
 */
public final class ClusterService {
    private static final String SERVICE = "etcdserverpb.Cluster";

    private final MemberApi member;
    private final InstantSource clock;

    /** @param clock the time of day enters the ids of added members (spec OP-38) */
    public ClusterService(MemberApi member, InstantSource clock) {
        this.member = member;
        this.clock = clock;
    }

    public void into(MethodTable table) {
        table.unary(SERVICE, "MemberAdd", MemberAddRequest.parser(), this::add);
        table.unary(SERVICE, "MemberRemove", MemberRemoveRequest.parser(), this::remove);
        table.unary(SERVICE, "MemberUpdate", MemberUpdateRequest.parser(), this::update);
        table.unary(SERVICE, "MemberPromote", MemberPromoteRequest.parser(), this::promote);
        table.unary(SERVICE, "MemberList", MemberListRequest.parser(), this::list);
    }

    private void add(MemberAddRequest request, UnaryCall call) {
        var urls = PeerUrls.normal(request.getPeerURLsList());
        if (urls.isEmpty()) { // spec M-3
            call.refuse(Refusal.BAD_MEMBER_URLS);
            return;
        }
        var added = Member.newBuilder()
                .setID(MemberIds.added(urls, clock.instant().getEpochSecond()))
                .addAllPeerURLs(urls)
                .setIsLearner(request.getIsLearner())
                .build();
        member.changeMembers(new MemberChange.Add(added), then(call, members -> MemberAddResponse.newBuilder()
                .setHeader(member.header(0))
                .setMember(added)
                .addAllMembers(members)
                .build()));
    }

    private void remove(MemberRemoveRequest request, UnaryCall call) {
        member.changeMembers(
                new MemberChange.Remove(request.getID()), then(call, members -> MemberRemoveResponse.newBuilder()
                        .setHeader(member.header(0))
                        .addAllMembers(members)
                        .build()));
    }

    /** The URLs are taken as they are (spec M-9). */
    private void update(MemberUpdateRequest request, UnaryCall call) {
        member.changeMembers(
                new MemberChange.Update(request.getID(), request.getPeerURLsList()),
                then(call, members -> MemberUpdateResponse.newBuilder()
                        .setHeader(member.header(0))
                        .addAllMembers(members)
                        .build()));
    }

    private void promote(MemberPromoteRequest request, UnaryCall call) {
        member.changeMembers(
                new MemberChange.Promote(request.getID()), then(call, members -> MemberPromoteResponse.newBuilder()
                        .setHeader(member.header(0))
                        .addAllMembers(members)
                        .build()));
    }

    /** Spec M-11. */
    private void list(MemberListRequest request, UnaryCall call) {
        var read = new StateRead(
                call,
                () -> Outcome.ok(MemberListResponse.newBuilder()
                        .setHeader(member.header(0))
                        .addAllMembers(member.state().members().all())
                        .build()));
        if (request.getLinearizable()) member.linearizableRead(read);
        else read.run();
    }

    /** Answers with the list that came out of the change, be it applied here or at the leader that decided. */
    private static Reply then(UnaryCall call, Function<List<Member>, Message> answer) {
        return outcome -> {
            switch (outcome) {
                case Outcome.Ok ok -> call.ok(answer.apply(((MemberListResponse) ok.response()).getMembersList()));
                case Outcome.Refused refused -> call.refuse(refused.refusal());
            }
        };
    }
}
