package io.actd.backend;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The buckets of etcd's backend (spec FM-64), in the order of their names, which is the order of hashing. */
public enum Bucket {
    ALARM(1, "alarm"),
    AUTH(2, "auth"),
    AUTH_ROLES(3, "authRoles"),
    AUTH_USERS(4, "authUsers"),
    CLUSTER(5, "cluster"),
    KEY(6, "key"),
    LEASE(7, "lease"),
    MEMBERS(8, "members"),
    MEMBERS_REMOVED(9, "members_removed"),
    META(10, "meta");

    private static final Bucket[] ALL = values();

    @SuppressWarnings("ImmutableEnumChecker") // an array nobody writes to
    private final byte[] bucketName;

    private final byte prefix;

    Bucket(int prefix, String name) {
        this.prefix = (byte) prefix;
        this.bucketName = name.getBytes(StandardCharsets.US_ASCII);
    }

    /** First byte of the bucket's keys in an engine that has no buckets. Stored: never to be changed. */
    byte prefix() {
        return prefix;
    }

    /** Stands for the bucket in copies of the store; from 1 on, never to be changed. */
    public byte number() {
        return prefix;
    }

    /** The bucket of that number, null if there is none. */
    public static @Nullable Bucket ofNumber(byte number) {
        for (var bucket : ALL) {
            if (bucket.prefix == number) return bucket;
        }
        return null;
    }

    /** The name as hashed and stored; not to be modified. */
    public byte[] bucketName() {
        return bucketName;
    }
}
