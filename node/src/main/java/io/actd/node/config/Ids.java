package io.actd.node.config;

import io.actd.node.flag.Url;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;

/** Ids of the members of a new cluster and of the cluster itself (spec OP-38, H-4, H-5). Unsigned. */
public final class Ids {
    private Ids() {}

    /** First eight bytes of SHA-1 over the peer URLs, sorted and joined, and the cluster token. */
    public static long member(Collection<Url> peerUrls, String token) {
        var text = new StringBuilder();
        peerUrls.stream().map(Url::text).sorted().forEach(text::append);
        return first8(text.append(token).toString().getBytes(StandardCharsets.UTF_8));
    }

    /** First eight bytes of SHA-1 over the member ids, ascending, eight bytes each. */
    public static long cluster(Collection<Long> memberIds) {
        var bytes = ByteBuffer.allocate(Long.BYTES * memberIds.size());
        memberIds.stream().sorted(Long::compareUnsigned).forEach(bytes::putLong);
        return first8(bytes.array());
    }

    /** As logs and etcdctl print ids (spec H-8). */
    public static String hex(long id) {
        return Long.toHexString(id);
    }

    private static long first8(byte[] input) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(input))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
