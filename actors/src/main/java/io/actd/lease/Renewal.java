package io.actd.lease;

import io.actd.member.Reply;

/**
 * A keep-alive under way.
 *
 * @param headerRevision store revision before the renewal was tried (spec H-2)
 * @param sure the member has applied everything that was committed when the lease was not found (spec L-13)
 */
record Renewal(long leaseId, long headerRevision, boolean sure, Reply reply) {
    Renewal nowSure() {
        return new Renewal(leaseId, headerRevision, true, reply);
    }
}
