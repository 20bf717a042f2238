package io.actd.member;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids no other request of any member has (spec FM-41): 16 bits of the member id, 40 bits of the start time in
 * milliseconds, then a count that may overflow into the time.
 */
final class RequestIds {
    private static final long LOW_48 = (1L << 48) - 1;

    private final long prefix;
    private final AtomicLong suffix;

    RequestIds(long memberId, long startEpochMillis) {
        this.prefix = memberId << 48;
        this.suffix = new AtomicLong((startEpochMillis << 8) & LOW_48);
    }

    long next() {
        return prefix | (suffix.incrementAndGet() & LOW_48);
    }
}
