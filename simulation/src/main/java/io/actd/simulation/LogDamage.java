package io.actd.simulation;

import ch.qos.logback.classic.Level;
import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.Payload;
import io.actd.wal.Wal;
import io.actd.wal.WalBatch;
import io.actd.wal.WalDamaged;
import io.actd.wal.WalMetadata;
import io.actd.wal.WalOptions;
import io.actd.wal.WalRecovery;
import io.actd.world.Clock;
import io.actd.world.Failpoints;
import io.actd.world.SimulatedDisk;
import io.actd.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One segment of a log, cut at every byte and with every bit turned over, one at a time (faults.md D12, D15; scoreboard
 * lines 11 and 12).
 *
 * <p>A cut log starts with a prefix of what was written, in which no batch is missing that ended before the cut; one cut
 * in its head is refused. With a bit turned over a log is refused, or all of it is there all the same.
 */
public final class LogDamage {
    private static final Path DIRECTORY = Path.of("/log");
    private static final Path SEGMENT = DIRECTORY.resolve("0000000000000000-0000000000000000.wal");
    private static final int WORD_BYTES = Long.BYTES;
    private static final int ROOM_FOR_THE_LAST_BATCH = 8192;
    private static final int LARGEST_PAYLOAD = 900;
    private static final long SELF = 7;

    /**
     * What came of cuts.
     *
     * @param tried how many
     * @param problems a line for each that was not as promised
     */
    public record Cuts(long tried, List<String> problems) {}

    /**
     * What came of bits that were turned over.
     *
     * @param detected how many logs were refused
     * @param harmless how many were read with all that was written
     * @param problems a line for each of the others
     */
    public record Flips(long detected, long harmless, List<String> problems) {}

    private final WalOptions options;
    private final List<Entry> written = new ArrayList<>();
    /** Entries that are whole in a log of so many bytes. */
    private final TreeMap<Integer, Integer> countByEnd = new TreeMap<>();

    private final byte[] whole;
    private final int end;

    /** @param bytes about how long the log is to be */
    public LogDamage(long seed, int bytes) {
        options = WalOptions.DEFAULTS.withSegmentBytes(bytes + ROOM_FOR_THE_LAST_BATCH);
        var random = new SplittableRandom(seed);
        var disk = new SimulatedDisk();
        try (var wal = Wal.create(world(disk), DIRECTORY, new WalMetadata(SELF, SELF), options)) {
            for (int last = note(disk); last < bytes; last = note(disk)) {
                wal.append(batch(random));
            }
        }
        whole = content(disk);
        end = countByEnd.lastKey();
    }

    private WalBatch batch(SplittableRandom random) {
        var entries = new ArrayList<Entry>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            var payload = new byte[random.nextInt(LARGEST_PAYLOAD)];
            random.nextBytes(payload);
            entries.add(new Entry(1, written.size() + 1L, Entry.Type.NORMAL, Payload.of(payload)));
            written.add(entries.getLast());
        }
        return new WalBatch(entries, new HardState(1, SELF, written.size()), null, true);
    }

    /** Where the log ends now; records end with a byte that is not zero, and are filled up to whole words. */
    private int note(SimulatedDisk disk) {
        var bytes = content(disk);
        int used = bytes.length;
        while (bytes[used - 1] == 0) used--;
        int wordEnd = (used + WORD_BYTES - 1) / WORD_BYTES * WORD_BYTES;
        countByEnd.put(wordEnd, written.size());
        return wordEnd;
    }

    /** Every length the log can be cut to. */
    public Cuts cuts() {
        var problems = new ArrayList<String>();
        LogTap.read(Level.ERROR, (level, expected) -> {}); // that the end was torn, each time
        try {
            for (int length = 0; length < end; length++) {
                var problem = problemOfCut(length);
                if (!problem.isEmpty()) problems.add("cut at " + length + ": " + problem);
            }
        } finally {
            LogTap.stopReading();
        }
        return new Cuts(end, problems);
    }

    private String problemOfCut(int length) {
        var before = countByEnd.floorEntry(length);
        try (var wal = Wal.open(world(diskWith(Arrays.copyOf(whole, length))), DIRECTORY, options)) {
            if (before == null) return "started without its head";
            var found = wal.recovered().entries();
            if (found.size() < before.getValue()) return found.size() + " entries of " + before.getValue();
            return isPrefix(found) ? "" : "other entries than were written";
        } catch (WalDamaged e) {
            return before == null ? "" : String.valueOf(e.getMessage());
        }
    }

    /** Every bit of what was written. */
    public Flips flips() {
        var problems = new ArrayList<String>();
        var disk = diskWith(whole);
        long bits = end * (long) Byte.SIZE;
        long detected = 0;
        long harmless = 0;
        for (long bit = 0; bit < bits; bit++) {
            flip(disk, bit);
            try {
                var problem = problemOfFlip(Wal.read(disk, DIRECTORY));
                if (problem.isEmpty()) harmless++;
                else problems.add("bit " + bit + ": " + problem);
            } catch (WalDamaged expected) {
                assert expected.offset() >= 0;
                detected++;
            }
            flip(disk, bit);
        }
        return new Flips(detected, harmless, problems);
    }

    private String problemOfFlip(WalRecovery found) {
        if (found.entries().size() != written.size() || !isPrefix(found.entries())) return "entries changed";
        return found.hardState().commitIndex() == written.size() ? "" : "state changed";
    }

    private static void flip(SimulatedDisk disk, long bit) {
        try {
            disk.flipBit(SEGMENT, bit / Byte.SIZE, (int) (bit % Byte.SIZE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isPrefix(List<Entry> found) {
        for (int i = 0; i < found.size(); i++) {
            Entry is = found.get(i);
            Entry was = written.get(i);
            boolean same = is.index() == was.index()
                    && is.term() == was.term()
                    && Arrays.equals(is.payload().bytes(), was.payload().bytes());
            if (!same) return false;
        }
        return true;
    }

    private static World world(SimulatedDisk disk) {
        return new World(Clock.system(), disk, new SplittableRandom(1), new Failpoints());
    }

    private static SimulatedDisk diskWith(byte[] segment) {
        var disk = new SimulatedDisk();
        try {
            disk.createDirectories(DIRECTORY);
            try (var file = disk.open(SEGMENT)) {
                file.write(new ByteBuffer[] {ByteBuffer.wrap(segment)}, 0);
                file.sync();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return disk;
    }

    private static byte[] content(SimulatedDisk disk) {
        try (var file = disk.openReadOnly(SEGMENT)) {
            var bytes = new byte[(int) file.size()];
            var into = ByteBuffer.wrap(bytes);
            while (into.hasRemaining()) file.read(into, into.position());
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
