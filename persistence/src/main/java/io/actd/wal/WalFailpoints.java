package io.actd.wal;

import java.util.List;

/** The places in this package at which a test may let the process die; explained in {@code docs/failpoints.md}. */
public final class WalFailpoints {
    public static final String BEFORE_CREATE_RENAME = "wal-before-create-rename";
    public static final String AFTER_CREATE_RENAME = "wal-after-create-rename-before-dirsync";
    public static final String BEFORE_WRITE = "wal-before-write";
    public static final String AFTER_WRITE = "wal-after-write-before-sync";
    public static final String IN_SYNC = "wal-in-sync";
    public static final String AFTER_SYNC = "wal-after-sync";
    public static final String AFTER_MARK = "wal-after-mark";
    public static final String BEFORE_CUT_TRUNCATE = "wal-before-cut-truncate";
    public static final String AFTER_CUT_HEAD = "wal-after-cut-head-before-sync";
    public static final String BEFORE_CUT_RENAME = "wal-before-cut-rename";
    public static final String AFTER_CUT_RENAME = "wal-after-cut-rename-before-dirsync";
    public static final String AFTER_CUT = "wal-after-cut";
    public static final String AFTER_PREPARE = "wal-after-prepare-segment";
    public static final String BEFORE_PURGE = "wal-before-purge";
    public static final String BEFORE_REPAIR = "wal-before-repair-truncate";
    public static final String AFTER_REPAIR = "wal-after-repair-truncate-before-sync";
    public static final String AFTER_WRITE_AGAIN = "wal-after-write-again-before-sync";

    public static final List<String> ALL = List.of(
            BEFORE_CREATE_RENAME,
            AFTER_CREATE_RENAME,
            BEFORE_WRITE,
            AFTER_WRITE,
            IN_SYNC,
            AFTER_SYNC,
            AFTER_MARK,
            BEFORE_CUT_TRUNCATE,
            AFTER_CUT_HEAD,
            BEFORE_CUT_RENAME,
            AFTER_CUT_RENAME,
            AFTER_CUT,
            AFTER_PREPARE,
            BEFORE_PURGE,
            BEFORE_REPAIR,
            AFTER_REPAIR,
            AFTER_WRITE_AGAIN);

    private WalFailpoints() {}
}
