package io.actd.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.node.flag.Url;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Vectors of spec OP-38 and H-6. */
class IdsTest {
    private static long member(String url, String token) throws Exception {
        return Ids.member(List.of(Url.parse(url)), token);
    }

    @Test // H-6
    void default_member() throws Exception {
        var id = member("http://localhost:2380", "etcd-cluster");
        assertEquals("8e9e05c52164694d", Ids.hex(id));
        assertEquals("cdf818194e3a8c32", Ids.hex(Ids.cluster(List.of(id))));
    }

    @Test // OP-38: no leading zeros
    void member_of_the_check_value() throws Exception {
        var id = member("http://127.0.0.1:23800", "etcd-cluster");
        assertEquals("2e1259d415f2a040", Ids.hex(id));
        assertEquals("48276a8f75b6a87", Ids.hex(Ids.cluster(List.of(id))));
    }

    @Test // H-6
    void three_members() throws Exception {
        var ids = Stream.of(32380, 12380, 22380)
                .map(port -> new Url("http", "127.0.0.1", "" + port, "http://127.0.0.1:" + port))
                .map(url -> Ids.member(List.of(url), "etcd-cluster-1"))
                .toList();
        assertEquals(
                List.of("fd422379fda50e48", "8211f1d0f64f3269", "91bc3c398fb3c146"),
                ids.stream().map(Ids::hex).toList());
        assertEquals("ef37ad9dc622a7c4", Ids.hex(Ids.cluster(ids)));
    }
}
