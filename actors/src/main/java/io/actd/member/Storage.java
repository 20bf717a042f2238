package io.actd.member;

import io.actd.backend.Engine;
import io.actd.wal.WalOptions;

/**
 * How a member keeps its files where no operator has a choice; tests and the simulation have one.
 *
 * @param engine opens the engines of stores
 * @param walSegmentBytes size from which a segment of the log is cut
 */
public record Storage(Engine engine, long walSegmentBytes) {
    /** What a process runs with. */
    public static final Storage DEFAULT = new Storage(Engine.LEVELDB, WalOptions.DEFAULTS.segmentBytes());

    /** With another engine. */
    public Storage withEngine(Engine other) {
        return new Storage(other, walSegmentBytes);
    }
}
