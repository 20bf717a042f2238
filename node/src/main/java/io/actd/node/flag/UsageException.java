package io.actd.node.flag;

/** The command line itself is wrong: the message and the usage go to stderr, exit status 2 (spec operations.md §1). */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }
}
