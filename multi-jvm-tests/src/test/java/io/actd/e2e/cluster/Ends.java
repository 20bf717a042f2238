package io.actd.e2e.cluster;

import io.actd.e2e.server.ServerProcess;
import java.util.Optional;

/** Whether a member may be dead: one that ended by itself was not killed, and is no fault that was injected. */
final class Ends {
    static final int TERMINATED = 128 + 15; // spec OP-62
    private static final int LAST_LINES = 20;

    private boolean onPurpose;

    /** From now on it may end; until now it must have lived. */
    void mayCome(ServerProcess process) {
        if (!process.isAlive()) {
            throw new AssertionError(told(process, process.awaitExit(), "before it was to end"));
        }
        onPurpose = true;
    }

    /** It ended so, which it must have been told. */
    void came(ServerProcess process, int status, int expected) {
        if (status != expected) {
            throw new AssertionError(told(process, status, "and not as it was told to"));
        }
    }

    /** From now on it must live; before it must have lived or been ended. */
    void mayNotCome(ServerProcess process) {
        unexpected(process).ifPresent(told -> {
            throw new AssertionError(told);
        });
        onPurpose = false;
    }

    /** What it said when it ended without being told to; empty if it did not, and when asked again. */
    Optional<String> unexpected(ServerProcess process) {
        if (process.isAlive() || onPurpose) {
            return Optional.empty();
        }
        onPurpose = true;
        return Optional.of(told(process, process.awaitExit(), "by itself"));
    }

    /** It is said elsewhere why it ends, and that it does. */
    void areAwaited() {
        onPurpose = true;
    }

    private static String told(ServerProcess process, int status, String how) {
        String end = process.log().tail(LAST_LINES);
        return "%s ended with status %d %s:\n%s".formatted(process.config().name(), status, how, end);
    }
}
