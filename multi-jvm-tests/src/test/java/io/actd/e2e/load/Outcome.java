package io.actd.e2e.load;

/** What a client knows of a call that has ended. */
enum Outcome {
    /** It was done. */
    ANSWERED,
    /** Nothing was done. */
    REFUSED,
    /** It may have been done, or be done yet. */
    UNKNOWN;

    /** Whether the server said what became of it: the connection is still good. */
    boolean isKnown() {
        return this != UNKNOWN;
    }
}
