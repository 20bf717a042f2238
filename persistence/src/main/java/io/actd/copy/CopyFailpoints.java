package io.actd.copy;

import java.util.List;

/** The places in this package at which a test may let the process die; explained in {@code docs/failpoints.md}. */
public final class CopyFailpoints {
    public static final String AFTER_BATCH = "copy-after-batch";
    public static final String BEFORE_COMPLETE = "copy-before-complete";
    public static final String AFTER_COMPLETE = "copy-after-complete";
    public static final String BEFORE_DELETE = "store-before-delete";
    public static final String AFTER_DELETE = "store-after-delete-before-dirsync";

    public static final List<String> ALL =
            List.of(AFTER_BATCH, BEFORE_COMPLETE, AFTER_COMPLETE, BEFORE_DELETE, AFTER_DELETE);

    private CopyFailpoints() {}
}
