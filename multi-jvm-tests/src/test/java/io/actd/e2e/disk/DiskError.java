package io.actd.e2e.disk;

/** What a system call returns instead of an answer, by the numbers of Linux. */
final class DiskError extends Exception {
    static final int ENOENT = 2;
    static final int EIO = 5;
    static final int EEXIST = 17;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int ENOSYS = 38;
    static final int ENOTEMPTY = 39;

    private static final long serialVersionUID = 1;

    private final int errno;

    DiskError(int errno) {
        super("errno " + errno, null, false, false);
        this.errno = errno;
    }

    int errno() {
        return errno;
    }
}
