package io.actd.e2e.cluster;

import io.actd.e2e.Await;
import io.actd.e2e.server.ServerProcess;
import io.actd.e2e.server.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A log whose syncs take long while a file is there, by a failpoint of the product.
 *
 * @param mark that file
 */
record SlowDisk(Path mark) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final double LONG_SYNC_SECONDS = 0.5;
    private static final String SYNCS = "etcd_disk_wal_fsync_duration_seconds";

    /** What the process must find in its environment for its syncs to take so long. */
    Map<String, String> environment(Duration sync) {
        return Map.of("ACTD_FAILPOINTS", "wal-in-sync=sleep(" + sync.toMillis() + ")@" + mark);
    }

    /** Returns once a sync has taken long. */
    void begin(ServerProcess process) {
        Metrics before = Metrics.await(process, PATIENCE);
        try {
            Files.createFile(mark);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.seldom(process.config().name() + " feels its slow disk", PATIENCE, () -> Metrics.of(process)
                .meanSince(before, SYNCS)
                .filter(seconds -> seconds > LONG_SYNC_SECONDS));
    }

    void end() {
        Servers.delete(mark);
    }
}
