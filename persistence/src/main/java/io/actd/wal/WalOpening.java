package io.actd.wal;

import io.actd.wal.SegmentReader.Found;
import io.actd.world.Disk;
import io.actd.world.Failpoints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a log and, if it is to be written, makes its end ready for the next record. */
final class WalOpening {
    private static final Logger LOG = LoggerFactory.getLogger(Wal.class);
    private static final int COPY_BYTES = 1 << 20;

    /**
     * A log read to its end.
     *
     * @param segments open, in order; locked unless opened for reading
     * @param endBytes end of the last good record in the last segment
     * @param crc checksum of the log up to there
     */
    record Opened(WalRecovery recovery, List<Segment> segments, long endBytes, int crc) {}

    private record Ending(long endBytes, Found.@Nullable Torn torn, boolean zeroBehind) {}

    private final Disk disk;
    private final Path directory;
    private final WalReplay replay = new WalReplay();
    private final Crc32c crc = new Crc32c();

    WalOpening(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /** Names of the segments in order; other names are skipped (spec FM-7). */
    static List<SegmentName> segmentNames(Disk disk, Path directory) throws IOException {
        return disk.list(directory).stream()
                .map(SegmentName::parse)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Reads the head of the first segment, and nothing behind it. */
    WalMetadata readHead() throws IOException {
        var name = segmentNames(disk, directory).getFirst();
        var path = directory.resolve(name.toString());
        try (var file = disk.openReadOnly(path)) {
            var reader = new SegmentReader(new Segment(name, path, file), crc, true, false);
            replay.startSegment(path);
            while (!replay.headComplete()) {
                switch (reader.next()) {
                    case Found.Good record -> replay.accept(record);
                    case Found.End(long offset) -> checkHead(path, offset);
                    case Found.Torn torn -> checkHead(path, torn.offset());
                }
            }
            return replay.metadata();
        }
    }

    /** Reads without changing anything; a torn end is left alone. */
    WalRecovery read() throws IOException {
        var segments = new ArrayList<Segment>();
        try {
            openAll(segments, false);
            var ending = scan(segments);
            return replay.finish(ending.endBytes());
        } finally {
            closeAll(segments);
        }
    }

    /** Reads, locks, cuts a torn end off, and leaves nothing but zeros behind the last record. */
    Opened openForAppend(long segmentBytes, Failpoints failpoints) throws IOException {
        var segments = new ArrayList<Segment>();
        boolean opened = false;
        try {
            openAll(segments, true);
            var ending = scan(segments);
            var recovery = replay.finish(ending.endBytes());
            var tail = segments.getLast();
            if (ending.torn() != null) repair(tail, ending.torn(), failpoints);
            prepareEnd(tail, ending, segmentBytes);
            writeAgain(tail, ending.endBytes());
            failpoints.hit(WalFailpoints.AFTER_WRITE_AGAIN);
            keep(tail);
            opened = true;
            return new Opened(recovery, segments, ending.endBytes(), crc.value());
        } finally {
            if (!opened) closeAll(segments);
        }
    }

    private void openAll(List<Segment> into, boolean forWriting) throws IOException {
        SegmentName before = null;
        for (var name : segmentNames(disk, directory)) {
            var path = directory.resolve(name.toString());
            if (before != null && name.sequence() != before.sequence() + 1) {
                throw new WalDamaged(path, 0, "the segment before it is missing, the last one is " + before);
            }
            var file = forWriting ? disk.open(path) : disk.openReadOnly(path);
            into.add(new Segment(name, path, file));
            if (forWriting && !file.tryLock()) throw new IOException(path + " is locked by another process");
            before = name;
        }
        if (into.isEmpty()) throw new IOException("no log in " + directory);
    }

    private Ending scan(List<Segment> segments) throws IOException {
        for (int i = 0; i < segments.size() - 1; i++) {
            scan(segments.get(i), i == 0, false);
        }
        return scan(segments.getLast(), segments.size() == 1, true);
    }

    private Ending scan(Segment segment, boolean first, boolean last) throws IOException {
        var reader = new SegmentReader(segment, crc, first, last);
        replay.startSegment(segment.path());
        while (true) {
            switch (reader.next()) {
                case Found.Good record -> replay.accept(record);
                case Found.End(long offset) -> {
                    checkHead(segment.path(), offset);
                    return new Ending(offset, null, !last || reader.isZeroFrom(offset));
                }
                case Found.Torn torn -> {
                    checkHead(segment.path(), torn.offset());
                    return new Ending(torn.offset(), torn, false);
                }
            }
        }
    }

    /** A segment gets its name after its head is durable, so no crash leaves one without. */
    private void checkHead(Path segment, long offset) {
        if (!replay.headComplete()) throw new WalDamaged(segment, offset, "the head of the segment is missing");
    }

    /** Spec FM-34. */
    private void repair(Segment tail, Found.Torn torn, Failpoints failpoints) throws IOException {
        var copy = directory.resolve(tail.name() + ".broken");
        LOG.warn(
                "the end of {} was torn by a crash: cut at byte {} ({}), kept a copy in {}",
                tail.path(),
                torn.offset(),
                torn.reason(),
                copy);
        disk.delete(copy);
        try (var to = disk.open(copy)) {
            var bytes = ByteBuffer.allocate(COPY_BYTES);
            for (long at = 0; tail.file().read(bytes.clear(), at) > 0; at += bytes.limit()) {
                to.write(new ByteBuffer[] {bytes.flip()}, at);
            }
            to.sync();
        }
        disk.syncDirectory(directory);
        failpoints.hit(WalFailpoints.BEFORE_REPAIR);
        tail.file().truncate(torn.offset());
        failpoints.hit(WalFailpoints.AFTER_REPAIR);
        tail.file().sync();
    }

    /** Spec FM-32. */
    private static void prepareEnd(Segment tail, Ending ending, long segmentBytes) throws IOException {
        boolean full = tail.file().size() >= segmentBytes;
        if (ending.zeroBehind() && full) return;
        if (!ending.zeroBehind()) tail.file().truncate(ending.endBytes());
        tail.file().preallocate(segmentBytes);
    }

    /**
     * After a sync that failed, the operating system may hold records for clean that the disk never got, and no later
     * sync would write them: so what was read is written once more, at its place. The segments before are durable: the
     * last one got its name after them.
     */
    private static void writeAgain(Segment tail, long endBytes) throws IOException {
        var bytes = ByteBuffer.allocate((int) Math.min(COPY_BYTES, endBytes));
        for (long at = 0; at < endBytes; at += bytes.limit()) {
            bytes.clear().limit((int) Math.min(bytes.capacity(), endBytes - at));
            if (tail.file().read(bytes, at) <= 0) throw new IOException(tail.path() + ": ends at byte " + at);
            tail.file().write(new ByteBuffer[] {bytes.flip()}, at);
        }
    }

    /**
     * From now on everything that was read counts as durable. A process that was killed may have left it to the operating
     * system alone: records it never synced, and a segment renamed in a directory it never synced (D16).
     */
    private void keep(Segment tail) throws IOException {
        tail.file().sync();
        disk.syncDirectory(directory);
        disk.syncDirectory(directory.resolveSibling("."));
    }

    static void closeAll(List<Segment> segments) throws IOException {
        for (var segment : segments) segment.file().close();
    }
}
