package io.actd.backend;

import java.nio.charset.StandardCharsets;

/** The buckets of etcd's backend (spec FM-64), in the order of their names, which is the order of hashing. */
public enum Bucket {
    ALARM("alarm"),
    AUTH("auth"),
    AUTH_ROLES("authRoles"),
    AUTH_USERS("authUsers"),
    CLUSTER("cluster"),
    KEY("key"),
    LEASE("lease"),
    MEMBERS("members"),
    MEMBERS_REMOVED("members_removed"),
    META("meta");

    private final byte[] bucketName;

    Bucket(String name) {
        this.bucketName = name.getBytes(StandardCharsets.US_ASCII);
    }

    /** The name as hashed and stored; not to be modified. */
    public byte[] bucketName() {
        return bucketName;
    }
}
