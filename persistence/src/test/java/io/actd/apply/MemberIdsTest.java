package io.actd.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Vectors of spec OP-38 and H-4 to H-6. */
class MemberIdsTest {
    private static long member(String url, String token) {
        return MemberIds.founding(List.of(url), token);
    }

    @Test // H-6
    void default_member() {
        var id = member("http://localhost:2380", "etcd-cluster");
        assertEquals("8e9e05c52164694d", MemberIds.hex(id));
        assertEquals("cdf818194e3a8c32", MemberIds.hex(MemberIds.cluster(List.of(id))));
    }

    @Test // OP-38: no leading zeros
    void member_of_the_check_value() {
        var id = member("http://127.0.0.1:23800", "etcd-cluster");
        assertEquals("2e1259d415f2a040", MemberIds.hex(id));
        assertEquals("48276a8f75b6a87", MemberIds.hex(MemberIds.cluster(List.of(id))));
    }

    @Test // H-8
    void idOfTheUpperHalf_isUnsigned_withoutPadding() {
        assertEquals("8000000000000000", MemberIds.hex(Long.MIN_VALUE));
        assertEquals("ffffffffffffffff", MemberIds.hex(-1));
        assertEquals("b", MemberIds.hex(11));
        assertEquals("10276657743932975437", Long.toUnsignedString(member("http://localhost:2380", "etcd-cluster")));
    }

    @Test // H-6
    void three_members() {
        var ids = Stream.of(32380, 12380, 22380)
                .map(port -> member("http://127.0.0.1:" + port, "etcd-cluster-1"))
                .toList();
        assertEquals(
                List.of("fd422379fda50e48", "8211f1d0f64f3269", "91bc3c398fb3c146"),
                ids.stream().map(MemberIds::hex).toList());
        assertEquals("ef37ad9dc622a7c4", MemberIds.hex(MemberIds.cluster(ids)));
    }

    @Test // OP-38: the time stands where the token stood, and the order of URLs does not matter
    void added_member() {
        var urls = List.of("http://127.0.0.1:2", "http://127.0.0.1:1");
        assertEquals(MemberIds.founding(urls.reversed(), "1700000000"), MemberIds.added(urls, 1_700_000_000));
        assertNotEquals(MemberIds.added(urls, 1_700_000_001), MemberIds.added(urls, 1_700_000_000));
    }
}
