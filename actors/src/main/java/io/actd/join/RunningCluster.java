package io.actd.join;

import io.actd.apply.MemberIds;
import io.actd.protocol.api.Member;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A cluster as one of its members describes it.
 *
 * @param version e.g. {@code 3.6.0}, empty while undecided
 * @param members ascending by id, learners included
 */
public record RunningCluster(long id, String version, List<Member> members) {
    public RunningCluster {
        members = List.copyOf(members);
    }

    /** As etcd shows it in the refusal of a member that does not fit. */
    @Override
    public String toString() {
        return "{ClusterID:" + MemberIds.hex(id) + " Members:["
                + members.stream().map(RunningCluster::text).collect(Collectors.joining(" "))
                + "] RemovedMemberIDs:[]}";
    }

    private static String text(Member member) {
        return "&{ID:" + MemberIds.hex(member.getID()) + " RaftAttributes:{PeerURLs:" + list(member.getPeerURLsList())
                + " IsLearner:" + member.getIsLearner() + "} Attributes:{Name:" + member.getName() + " ClientURLs:"
                + list(member.getClientURLsList()) + "}}";
    }

    private static String list(List<String> texts) {
        return "[" + String.join(" ", texts) + "]";
    }
}
