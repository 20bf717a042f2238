package io.actd.member;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An answer belongs to one request only: no two have the same id. */
class RequestIdsTest {
    private static final long MEMBER = 0x8e9e05c52164694dL;
    private static final long START = 1_795_258_125_000L;
    private static final int MANY = 10_000;

    private final Set<Long> seen = new HashSet<>();

    private void draw(RequestIds ids) {
        for (int i = 0; i < MANY; i++) assertTrue(seen.add(ids.next()));
    }

    // spec FM-41: what an earlier process of this member left in the log must not answer a request of this one
    @Test
    void restarted_repeatsNone() {
        draw(new RequestIds(MEMBER, START));
        draw(new RequestIds(MEMBER, START + 1_000));
    }

    // spec FM-41
    @Test
    void startedTogether_haveNoneInCommon() {
        draw(new RequestIds(MEMBER, START));
        draw(new RequestIds(MEMBER + 1, START));
    }
}
