/**
 * The write-ahead log: segments in the on-disk format of etcd (spec formats.md §1), and the Pekko Persistence journal
 * over them. The process opens a {@link io.actd.wal.Wal}, registers it with {@link io.actd.wal.WalExtension}, and the
 * {@code WalWriter} actor writes through {@link io.actd.wal.WalJournal}.
 *
 * <pre>
 *   WalWriter ── WalJournal ── Wal ─┬─ SegmentWriter ── Crc32c        append
 *                                   ├─ SegmentSupply                  the next segment, made ahead of time
 *                                   ├─ HeldSegments                   locks, release, purge
 *                                   └─ WalOpening ── SegmentReader ── TornTail
 *                                                └── WalReplay        recover
 * </pre>
 */
@NullMarked
package io.actd.wal;

import org.jspecify.annotations.NullMarked;
