package io.actd.watch;

import io.actd.member.MemberConfig;
import java.time.Duration;

/**
 * Bounds and periods of watching. Every number of messages, answers and bytes that may wait somewhere stands here.
 *
 * @param progressInterval period of progress notes, without the jitter (spec W-21)
 * @param fragmentBytes answers of this size or more are split where the client asked for it (spec W-18)
 * @param liveMessages messages of the hub a stream may have left unhandled before it is taken off the live path
 * @param liveBytes the same in bytes of events
 * @param queuedResponses answers waiting for a stream's outlet before its watches fall behind (spec W-32)
 * @param queuedBytes the same in bytes
 * @param heldDeliveries live deliveries a stream keeps for watches that are still reading their history
 * @param heldBytes the same in bytes
 * @param pageRevisions revisions read from history at a time, and in one answer (spec W-15)
 * @param pageBytes about as many bytes are read from history at a time
 */
record WatchSettings(
        Duration progressInterval,
        int fragmentBytes,
        int liveMessages,
        long liveBytes,
        int queuedResponses,
        long queuedBytes,
        int heldDeliveries,
        long heldBytes,
        int pageRevisions,
        long pageBytes) {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    static WatchSettings of(MemberConfig config) {
        return new WatchSettings(
                config.watchProgressInterval(),
                config.maxRequestBytes() + 512 * KIB,
                128,
                4 * MIB,
                128,
                MIB,
                1024,
                2 * MIB,
                1000,
                MIB);
    }
}
