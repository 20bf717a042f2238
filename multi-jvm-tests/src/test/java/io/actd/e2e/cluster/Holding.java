package io.actd.e2e.cluster;

/** What a member has on its small disk; the rest is on the machine's own. */
public enum Holding {
    LOG_AND_STORE,
    LOG,
    STORE
}
