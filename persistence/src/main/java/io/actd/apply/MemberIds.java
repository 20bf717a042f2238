package io.actd.apply;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;

/** Computes the ids of members and clusters, as every member must alike (spec OP-38, H-4, H-5). Unsigned. */
public final class MemberIds {
    private MemberIds() {}

    /** Of a member of a new cluster: from its peer URLs and the cluster's token. */
    public static long founding(Collection<String> peerUrls, String token) {
        return first8((joined(peerUrls) + token).getBytes(StandardCharsets.UTF_8));
    }

    /** Of a member added at run time: from its peer URLs and the time. */
    public static long added(Collection<String> peerUrls, long epochSeconds) {
        return first8((joined(peerUrls) + epochSeconds).getBytes(StandardCharsets.UTF_8));
    }

    /** Of a new cluster: from the ids of its members. */
    public static long cluster(Collection<Long> memberIds) {
        var bytes = ByteBuffer.allocate(Long.BYTES * memberIds.size());
        memberIds.stream().sorted(Long::compareUnsigned).forEach(bytes::putLong);
        return first8(bytes.array());
    }

    /** As logs and etcdctl print ids (spec H-8). */
    public static String hex(long id) {
        return Long.toHexString(id);
    }

    private static String joined(Collection<String> peerUrls) {
        var text = new StringBuilder();
        peerUrls.stream().sorted().forEach(text::append);
        return text.toString();
    }

    /** Big endian. */
    private static long first8(byte[] input) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(input))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
