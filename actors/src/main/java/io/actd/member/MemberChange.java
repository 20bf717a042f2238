package io.actd.member;

import io.actd.apply.ConfChanges;
import io.actd.protocol.api.Member;
import java.util.List;

/** One change of who takes part (spec §16); replicated as an etcd conf change. */
public sealed interface MemberChange {
    /** Whom it is about. */
    long memberId();

    /** The conf change entry that says so, to be answered by this request id (spec FM-19). */
    byte[] entry(long requestId);

    /**
     * A new voter, or a learner if the member says so.
     *
     * @param member id, peer URLs and whether it is a learner (spec M-3)
     */
    record Add(Member member) implements MemberChange {
        @Override
        public long memberId() {
            return member.getID();
        }

        @Override
        public byte[] entry(long requestId) {
            return ConfChanges.add(requestId, member);
        }
    }

    /** A learner becomes a voter; the leader decides whether it is ready (spec M-10). */
    record Promote(long memberId) implements MemberChange {
        @Override
        public byte[] entry(long requestId) {
            return ConfChanges.promote(requestId, memberId);
        }
    }

    /** Other peer URLs (spec M-9). */
    record Update(long memberId, List<String> peerUrls) implements MemberChange {
        public Update {
            peerUrls = List.copyOf(peerUrls);
        }

        @Override
        public byte[] entry(long requestId) {
            return ConfChanges.update(requestId, memberId, peerUrls);
        }
    }

    /** Removes a member, for ever (spec M-8, H-7). */
    record Remove(long memberId) implements MemberChange {
        @Override
        public byte[] entry(long requestId) {
            return ConfChanges.remove(requestId, memberId);
        }
    }
}
