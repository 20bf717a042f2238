package io.actd.e2e.cluster;

import io.actd.protocol.api.StatusResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A leader and its term, as members tell them. */
public record Reign(Member leader, long term) {
    /** The one so many of these members agree on, its leader among them, if there is one now. */
    static Optional<Reign> told(List<Member> members, int howMany) {
        Map<String, Integer> votes = new HashMap<>();
        List<StatusResponse> statuses = members.stream()
                .flatMap(member -> member.status().stream())
                .filter(status -> status.getLeader() != 0)
                .toList();
        for (StatusResponse status : statuses) {
            String opinion = status.getLeader() + " in term " + status.getRaftTerm();
            if (votes.merge(opinion, 1, Integer::sum) >= howMany) {
                return of(status, members, statuses);
            }
        }
        return Optional.empty();
    }

    private static Optional<Reign> of(StatusResponse agreed, List<Member> members, List<StatusResponse> statuses) {
        boolean leaderIsThere =
                statuses.stream().anyMatch(own -> own.getHeader().getMemberId() == agreed.getLeader());
        return members.stream()
                .filter(member -> leaderIsThere && member.hasId(agreed.getLeader()))
                .map(leader -> new Reign(leader, agreed.getRaftTerm()))
                .findFirst();
    }
}
