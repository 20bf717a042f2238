package io.actd.e2e.disk;

import java.util.Map;
import java.util.TreeMap;

/** What a name can mean: a file or a directory. */
abstract sealed class Node {
    private final long id;
    private final int mode;
    private long known;

    private Node(long id, int mode) {
        this.id = id;
        this.mode = mode;
    }

    /** Never used for anything else. */
    long id() {
        return id;
    }

    /** Kind and permissions, as stat(2) has them. */
    int mode() {
        return mode;
    }

    /** The kernel was told of it once more. */
    void learned() {
        known++;
    }

    /** The kernel forgot it so often; true if it does not know it any more. */
    boolean forgotten(long times) {
        known -= times;
        return known <= 0;
    }

    /** A file. */
    static final class File extends Node {
        final Content content = new Content();

        File(long id, int permissions) {
            super(id, 0100000 | permissions & 07777);
        }
    }

    /** A directory. */
    static final class Directory extends Node {
        final Map<String, Node> names = new TreeMap<>();

        Directory(long id, int permissions) {
            super(id, 0040000 | permissions & 07777);
        }
    }
}
