package io.actd.lease;

import com.google.protobuf.ByteString;
import io.actd.apply.LeaseBook.LeaseInfo;
import io.actd.member.MemberApi;
import io.actd.member.Reply;
import io.actd.protocol.Outcome;
import io.actd.protocol.api.LeaseKeepAliveResponse;
import io.actd.protocol.api.LeaseLeasesResponse;
import io.actd.protocol.api.LeaseStatus;
import io.actd.protocol.api.LeaseTimeToLiveResponse;
import io.actd.protocol.api.ResponseHeader;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;

/** The answers a lessor gives. What may be long is put together on the member's blocking executor. */
final class LeaseAnswers {
    private final MemberApi member;

    LeaseAnswers(MemberApi member) {
        this.member = member;
    }

    long storeRevision() {
        return member.state().store().revision();
    }

    /** Spec L-10: the granted time to live, not what is left. */
    void renewed(Renewal renewal, long ttlSeconds) {
        keepAlive(renewal, ttlSeconds);
    }

    /** Spec L-11: no error; the stream goes on. */
    void gone(Renewal renewal) {
        keepAlive(renewal, 0);
    }

    private void keepAlive(Renewal renewal, long ttlSeconds) {
        renewal.reply()
                .done(Outcome.ok(LeaseKeepAliveResponse.newBuilder()
                        .setHeader(member.header(renewal.headerRevision()))
                        .setID(renewal.leaseId())
                        .setTTL(ttlSeconds)
                        .build()));
    }

    /** Spec L-16: whole seconds, rounded down; 0 for one that is expired but not revoked (spec L-8). */
    void timeToLive(Lessor.TimeToLive request, long grantedSeconds, long remainingMillis) {
        long leaseId = request.leaseId();
        var answer = LeaseTimeToLiveResponse.newBuilder()
                .setHeader(header())
                .setID(leaseId)
                .setTTL(Math.max(0, remainingMillis / 1000))
                .setGrantedTTL(grantedSeconds);
        if (!request.keys()) {
            request.reply().done(Outcome.ok(answer.build()));
            return;
        }
        member.blockingExecutor().execute(() -> {
            List<ByteString> keys = member.state().leases().keysOf(leaseId);
            request.reply().done(Outcome.ok(answer.addAllKeys(keys).build()));
        });
    }

    /** Spec L-16. */
    void unknown(Lessor.TimeToLive request) {
        var answer = LeaseTimeToLiveResponse.newBuilder()
                .setHeader(header())
                .setID(request.leaseId())
                .setTTL(-1);
        request.reply().done(Outcome.ok(answer.build()));
    }

    /** Spec L-17: what is applied here, ascending by remaining time as far as the clock knows it. */
    void leases(Collection<Lease> clock, Reply reply) {
        var expiries = HashMap.<Long, Long>newHashMap(clock.size());
        for (var lease : clock) expiries.put(lease.id, lease.expiresAt);
        member.blockingExecutor().execute(() -> {
            var answer = LeaseLeasesResponse.newBuilder().setHeader(header());
            member.state().leases().all().stream()
                    .map(LeaseInfo::leaseId)
                    .sorted(Comparator.comparingLong(id -> expiries.getOrDefault(id, Long.MAX_VALUE)))
                    .forEach(id -> answer.addLeases(LeaseStatus.newBuilder().setID(id)));
            reply.done(Outcome.ok(answer.build()));
        });
    }

    private ResponseHeader header() {
        return member.header(storeRevision());
    }
}
