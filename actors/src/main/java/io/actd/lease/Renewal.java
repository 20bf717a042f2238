package io.actd.lease;

import io.actd.member.Reply;

/**
 * A keep-alive under way.
 *
 * @param headerRevision store revision before the renewal was tried (spec H-2)
 * @param sure the member has applied everything that was committed when the lease was not found (spec L-13)
 */
record Renewal(Lessor.KeepAlive asked, long headerRevision, boolean sure) {
    long leaseId() {
        return asked.leaseId();
    }

    Reply reply() {
        return asked.reply();
    }

    Renewal nowSure() {
        return new Renewal(asked, headerRevision, true);
    }
}
