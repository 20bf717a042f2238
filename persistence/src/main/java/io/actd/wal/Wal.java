package io.actd.wal;

import io.actd.invariant.Invariant;
import io.actd.raft.HardState;
import io.actd.raft.SnapshotMark;
import io.actd.world.Disk;
import io.actd.world.World;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The write-ahead log of a member, in the on-disk format of etcd (spec formats.md §1).
 *
 * <p>When {@link #append} returns, the batch is durable, unless all it said was a new commit index. After any failure
 * the log takes nothing more: what a failed sync left on disk is unknown, and trying again would hide that. To be used
 * by one thread at a time. While a log is open its files are locked; within this process nobody else may open them.
 */
public final class Wal implements AutoCloseable {
    private final World world;
    private final Path directory;
    private final WalOptions options;
    private final WalMetadata metadata;
    private final SegmentSupply supply;
    private final HeldSegments segments;
    private final SegmentWriter writer;
    private @Nullable WalRecovery recovered;
    /** [persistent] last one written. */
    private HardState hardState;
    /** [persistent] where the log ends: of the last entry or, if that is later, the last mark. */
    private long lastIndex;
    /** [persistent] of the last mark: entries up to it may still be written, but nobody will read them. */
    private long markIndex;

    private boolean usable = true;

    private Wal(World world, Path directory, WalOptions options, WalOpening.Opened opened) {
        this.world = world;
        this.directory = directory;
        this.options = options;
        this.recovered = opened.recovery();
        this.metadata = opened.recovery().metadata();
        this.hardState = opened.recovery().hardState();
        this.lastIndex = opened.recovery().lastIndex();
        this.markIndex = opened.recovery().mark().index();
        this.segments = new HeldSegments(world.disk(), options, world.failpoints(), opened.segments());
        this.supply = new SegmentSupply(world.disk(), directory, options, world.failpoints());
        this.writer = new SegmentWriter(segments.tail().file(), opened.endBytes(), opened.crc());
    }

    /** True if the directory holds at least one segment (spec FM-26). */
    public static boolean exists(Disk disk, Path directory) {
        try {
            return disk.list(directory).stream().anyMatch(name -> name.endsWith(SegmentName.SUFFIX));
        } catch (IOException e) {
            throw new WalFailed("list", directory, e);
        }
    }

    /**
     * Makes a new log, replacing a directory that holds none. It is built aside and appears complete or not at all (spec
     * FM-26).
     */
    public static Wal create(World world, Path directory, WalMetadata metadata, WalOptions options) {
        if (exists(world.disk(), directory)) throw new IllegalStateException("there is a log in " + directory);
        try {
            var absolute = directory.toAbsolutePath();
            createFiles(world, absolute, metadata, options);
            return new Wal(world, absolute, options, opening(world, absolute, options));
        } catch (IOException e) {
            throw new WalFailed("create", directory, e);
        }
    }

    /**
     * Opens an existing log and reads it. A torn end is cut off after a copy of the segment was made (spec FM-34).
     *
     * @throws WalDamaged if it is damaged otherwise; nothing was changed then
     * @throws WalFailed if it cannot be read, or is open elsewhere
     */
    public static Wal open(World world, Path directory, WalOptions options) {
        try {
            var absolute = directory.toAbsolutePath();
            var wal = new Wal(world, absolute, options, opening(world, absolute, options));
            wal.segments.release(wal.recovered().mark().index());
            return wal;
        } catch (IOException e) {
            throw new WalFailed("open", directory, e);
        }
    }

    /**
     * Reads a log without locking or changing it; a torn end is passed over. Not for a log this process has open.
     *
     * @throws WalDamaged as {@link #open}
     */
    public static WalRecovery read(Disk disk, Path directory) {
        try {
            return new WalOpening(disk, directory.toAbsolutePath()).read();
        } catch (IOException e) {
            throw new WalFailed("read", directory, e);
        }
    }

    /**
     * Whose log it is, from its first records; whatever is behind them is for {@link #open} to judge.
     *
     * @throws WalDamaged if these can not be read
     */
    public static WalMetadata owner(Disk disk, Path directory) {
        try {
            return new WalOpening(disk, directory.toAbsolutePath()).readHead();
        } catch (IOException e) {
            throw new WalFailed("read", directory, e);
        }
    }

    public WalMetadata metadata() {
        return metadata;
    }

    /** What the log held when it was opened. */
    public WalRecovery recovered() {
        if (recovered == null) throw new IllegalStateException("the log has been replayed; open it again");
        return recovered;
    }

    /** Gives the memory of {@link #recovered} back. */
    public void forgetRecovered() {
        recovered = null;
    }

    /**
     * Writes the batch behind everything before and, if it owes a sync (spec FM-23), waits for it. A mark lets segments
     * before it go.
     *
     * @throws WalFailed if the disk fails; this and every later call
     */
    public synchronized void append(WalBatch batch) {
        if (!usable) throw new IllegalStateException("the log in " + directory + " has failed or is closed");
        usable = false;
        try {
            write(batch);
            if (owesSync(batch)) sync();
            boolean mayCut = !batch.entries().isEmpty() || batch.hardState() != null;
            if (batch.mark() != null) marked(batch.mark());
            if (mayCut && writer.positionBytes() >= options.segmentBytes()) cut();
            else if (writer.positionBytes() >= options.segmentBytes() / 2) supply.prepare();
        } catch (IOException e) {
            throw new WalFailed("append to", segments.tail().path(), writer.positionBytes(), e);
        }
        usable = true;
    }

    /** Everything up to {@code index} is durable elsewhere: segments wholly before it are unlocked, old ones deleted. */
    public void release(long index) {
        try {
            segments.release(index);
        } catch (IOException e) {
            throw new WalFailed("release segments in", directory, e);
        }
    }

    /** Makes the last commit index durable and unlocks the files. Closing twice is fine. */
    @Override
    public synchronized void close() {
        try {
            if (usable) {
                usable = false;
                segments.tail().file().sync();
                supply.close();
            }
            segments.close();
        } catch (IOException e) {
            throw new WalFailed("close", segments.tail().path(), e);
        }
    }

    private void write(WalBatch batch) throws IOException {
        long start = world.clock().nanoTime();
        long before = writer.positionBytes();
        world.failpoints().hit(WalFailpoints.BEFORE_WRITE);
        for (var entry : batch.entries()) {
            Invariant.check(entry.index() <= lastIndex + 1, "wal-entries-without-gap", entry.index(), lastIndex);
            lastIndex = Math.max(entry.index(), markIndex);
            writer.entry(entry);
        }
        // A mark of what the log does not have must not count without what commits it, nor that without the mark.
        boolean ahead = batch.mark() != null
                && batch.entries().isEmpty()
                && batch.mark().index() > hardState.commitIndex();
        if (ahead) writeMark(batch.mark());
        if (batch.hardState() != null && !batch.hardState().equals(HardState.ZERO)) {
            hardState = batch.hardState();
            writer.state(hardState);
        }
        if (!ahead) writeMark(batch.mark());
        writer.flush();
        options.metrics().writeNanos(world.clock().nanoTime() - start);
        options.metrics().bytesWritten(writer.positionBytes() - before);
        world.failpoints().hit(WalFailpoints.AFTER_WRITE);
    }

    private void writeMark(@Nullable SnapshotMark mark) throws IOException {
        if (mark == null) return;
        markIndex = Math.max(markIndex, mark.index());
        lastIndex = Math.max(lastIndex, markIndex);
        writer.mark(mark);
    }

    private static boolean owesSync(WalBatch batch) {
        return batch.mustSync() || batch.mark() != null || !batch.entries().isEmpty();
    }

    private void sync() throws IOException {
        long start = world.clock().nanoTime();
        world.failpoints().hit(WalFailpoints.IN_SYNC);
        segments.tail().file().sync();
        options.metrics().fsyncNanos(world.clock().nanoTime() - start);
        world.failpoints().hit(WalFailpoints.AFTER_SYNC);
    }

    private void marked(SnapshotMark mark) throws IOException {
        world.failpoints().hit(WalFailpoints.AFTER_MARK);
        segments.release(mark.index());
    }

    /** Goes on in a new segment (spec FM-25). It gets its name only after both it and the old one are durable. */
    private void cut() throws IOException {
        var failpoints = world.failpoints();
        var old = segments.tail();
        failpoints.hit(WalFailpoints.BEFORE_CUT_TRUNCATE);
        old.file().truncate(writer.positionBytes());
        old.file().sync();

        var spare = supply.take();
        writer.moveTo(spare.file());
        writeHead(writer, metadata);
        if (!hardState.equals(HardState.ZERO)) writer.state(hardState);
        writer.flush();
        failpoints.hit(WalFailpoints.AFTER_CUT_HEAD);
        spare.file().sync();

        var name = new SegmentName(old.name().sequence() + 1, lastIndex + 1);
        var path = directory.resolve(name.toString());
        failpoints.hit(WalFailpoints.BEFORE_CUT_RENAME);
        world.disk().rename(spare.path(), path);
        failpoints.hit(WalFailpoints.AFTER_CUT_RENAME);
        world.disk().syncDirectory(directory);
        segments.add(new Segment(name, path, spare.file()));
        failpoints.hit(WalFailpoints.AFTER_CUT);
    }

    private static void createFiles(World world, Path directory, WalMetadata metadata, WalOptions options)
            throws IOException {
        var disk = world.disk();
        var aside = directory.resolveSibling(directory.getFileName() + ".tmp");
        disk.delete(aside);
        disk.createDirectories(aside);
        try (var file = disk.open(aside.resolve(SegmentName.FIRST.toString()))) {
            file.preallocate(options.segmentBytes());
            var writer = new SegmentWriter(file, 0, 0);
            writeHead(writer, metadata);
            writer.mark(SnapshotMark.NONE);
            writer.flush();
            file.sync();
        }
        disk.syncDirectory(aside);
        disk.delete(directory);
        world.failpoints().hit(WalFailpoints.BEFORE_CREATE_RENAME);
        disk.rename(aside, directory);
        world.failpoints().hit(WalFailpoints.AFTER_CREATE_RENAME);
        disk.syncDirectory(directory.resolveSibling("."));
    }

    private static void writeHead(SegmentWriter writer, WalMetadata metadata) throws IOException {
        writer.chain();
        writer.metadata(metadata);
    }

    private static WalOpening.Opened opening(World world, Path directory, WalOptions options) throws IOException {
        return new WalOpening(world.disk(), directory).openForAppend(options.segmentBytes(), world.failpoints());
    }
}
