package io.actd.node.run;

import org.jspecify.annotations.Nullable;

/** The configuration is fine, yet the member can not start: a port, the disk, the log. Exit status 1. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
