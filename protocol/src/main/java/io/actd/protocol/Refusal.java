package io.actd.protocol;

/**
 * Every refusal a client can meet, with the exact text and gRPC code of etcd (spec errors.md). Clients recognise a
 * refusal by its text and decide about retrying by its code (spec E0.1), so both are contract.
 */
public enum Refusal {
    // request validation
    KEY_NOT_PROVIDED(3, "etcdserver: key is not provided"),
    KEY_NOT_FOUND(3, "etcdserver: key not found"),
    VALUE_PROVIDED(3, "etcdserver: value is provided"),
    LEASE_PROVIDED(3, "etcdserver: lease is provided"),
    TOO_MANY_OPS(3, "etcdserver: too many operations in txn request"),
    DUPLICATE_KEY(3, "etcdserver: duplicate key given in txn request"),
    INVALID_SORT_OPTION(3, "etcdserver: invalid sort option"),
    INVALID_CLIENT_API_VERSION(3, "etcdserver: invalid client api version"),
    REQUEST_TOO_LARGE(3, "etcdserver: request is too large"),
    BAD_MEMBER_URLS(3, "etcdserver: given member URLs are invalid"),
    STREAM_SORT_UNSUPPORTED(12, "RangeStream does not support custom sort orders"),
    STREAM_FILTER_UNSUPPORTED(12, "RangeStream does not support revision filters"),
    UNKNOWN_METHOD(2, "etcdserver: unknown method"),
    INVALID_ALARM_ACTION(3, "etcdserver: invalid alarm action"),

    // mvcc
    COMPACTED(11, "etcdserver: mvcc: required revision has been compacted"),
    FUTURE_REVISION(11, "etcdserver: mvcc: required revision is a future revision"),
    NO_SPACE(8, "etcdserver: mvcc: database space exceeded"),
    CORRUPT(15, "etcdserver: corrupt cluster"),

    // leases
    LEASE_NOT_FOUND(5, "etcdserver: requested lease not found"),
    LEASE_EXISTS(9, "etcdserver: lease already exists"),
    LEASE_TTL_TOO_LARGE(11, "etcdserver: too large lease TTL"),
    NOT_PRIMARY_LESSOR(2, "not a primary lessor"),
    TIMEOUT_WAITING_APPLIED(14, "etcdserver: request timed out, waiting for the applied index took too long"),

    // membership
    MEMBER_EXISTS(9, "etcdserver: member ID already exist"),
    PEER_URL_EXISTS(9, "etcdserver: Peer URLs already exists"),
    NOT_ENOUGH_STARTED(2, "etcdserver: re-configuration failed due to not enough started members"),
    UNHEALTHY(14, "etcdserver: unhealthy cluster"),
    MEMBER_NOT_FOUND(5, "etcdserver: member not found"),
    MEMBER_NOT_LEARNER(9, "etcdserver: can only promote a learner member"),
    LEARNER_NOT_READY(9, "etcdserver: can only promote a learner member which is in sync with leader"),
    TOO_MANY_LEARNERS(9, "etcdserver: too many learner members in cluster"),
    NOT_SUPPORTED_FOR_LEARNER(9, "etcdserver: rpc not supported for learner"),
    CLUSTER_ID_MISMATCH(9, "etcdserver: cluster ID mismatch"),

    // auth
    ROOT_USER_MISSING(9, "etcdserver: root user does not exist"),
    ROOT_ROLE_MISSING(9, "etcdserver: root user does not have root role"),
    USER_EXISTS(9, "etcdserver: user name already exists"),
    USER_EMPTY(3, "etcdserver: user name is empty"),
    USER_NOT_FOUND(9, "etcdserver: user name not found"),
    ROLE_EXISTS(9, "etcdserver: role name already exists"),
    ROLE_NOT_FOUND(9, "etcdserver: role name not found"),
    ROLE_EMPTY(3, "etcdserver: role name is empty"),
    AUTH_FAILED(3, "etcdserver: authentication failed, invalid user ID or password"),
    PERMISSION_NOT_GIVEN(3, "etcdserver: permission not given"),
    PERMISSION_DENIED(7, "etcdserver: permission denied"),
    ROLE_NOT_GRANTED(9, "etcdserver: role is not granted to the user"),
    PERMISSION_NOT_GRANTED(9, "etcdserver: permission is not granted to the role"),
    AUTH_NOT_ENABLED(9, "etcdserver: authentication is not enabled"),
    INVALID_AUTH_TOKEN(16, "etcdserver: invalid auth token"),
    INVALID_AUTH_MANAGEMENT(3, "etcdserver: invalid auth management"),
    AUTH_OLD_REVISION(3, "etcdserver: revision of auth store is old"),

    // availability
    NO_LEADER(14, "etcdserver: no leader"),
    NOT_LEADER(9, "etcdserver: not leader"),
    LEADER_CHANGED(14, "etcdserver: leader changed"),
    NOT_CAPABLE(9, "etcdserver: not capable"),
    STOPPED(14, "etcdserver: server stopped"),
    TIMEOUT(14, "etcdserver: request timed out"),
    TIMEOUT_LEADER_FAIL(14, "etcdserver: request timed out, possibly due to previous leader failure"),
    TIMEOUT_CONNECTION_LOST(14, "etcdserver: request timed out, possibly due to connection lost"),
    TIMEOUT_LEADER_TRANSFER(2, "etcdserver: request timed out, leader transfer took too long"),
    BAD_TRANSFEREE(9, "etcdserver: bad leader transferee"),
    TOO_MANY_REQUESTS(2, "etcdserver: too many requests"),
    PROPOSAL_DROPPED(2, "raft proposal dropped"),
    DEADLINE_EXCEEDED(4, "context deadline exceeded"),
    CANCELED(1, "etcdserver: request canceled"),
    WATCH_CANCELED(1, "etcdserver: watch canceled"),

    // watch cancel reasons
    WATCH_RANGE_EMPTY(3, "mvcc: watcher range is empty"),
    WATCH_DUPLICATE_ID(3, "mvcc: duplicate watch ID provided on the WatchStream");

    private final int code;
    private final String text;

    Refusal(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** gRPC status code, 0 to 16. */
    public int code() {
        return code;
    }

    /** The message as clients compare it. */
    public String text() {
        return text;
    }
}
