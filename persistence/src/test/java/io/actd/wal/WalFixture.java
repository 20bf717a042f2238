package io.actd.wal;

import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.Membership;
import io.actd.raft.Payload;
import io.actd.raft.SnapshotMark;
import io.actd.world.Clock;
import io.actd.world.Disk;
import io.actd.world.Failpoints;
import io.actd.world.SimulatedDisk;
import io.actd.world.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A log on a simulated disk, and short names for what is written into it. */
final class WalFixture {
    static final Path DIRECTORY = Path.of("/data/member/wal");
    static final WalMetadata METADATA = new WalMetadata(0x933a6163ed79adfcL, 0x156c5310fedaaf52L);
    static final WalOptions SMALL = WalOptions.DEFAULTS.withSegmentBytes(8192);

    final SimulatedDisk disk = new SimulatedDisk();
    final Failpoints failpoints = new Failpoints();
    final World world = world(disk, failpoints);

    static World world(Disk disk, Failpoints failpoints) {
        return new World(Clock.system(), disk, new SplittableRandom(1), failpoints);
    }

    Wal create(WalOptions options) {
        return Wal.create(world, DIRECTORY, METADATA, options);
    }

    Wal open(WalOptions options) {
        return Wal.open(world, DIRECTORY, options);
    }

    /** What a process that starts now would find. */
    WalRecovery reopened(WalOptions options) {
        try (var wal = open(options)) {
            return wal.recovered();
        }
    }

    Path segment(long sequence, long index) {
        return DIRECTORY.resolve(new SegmentName(sequence, index).toString());
    }

    List<String> segments() throws IOException {
        return disk.list(DIRECTORY);
    }

    List<Path> wals() throws IOException {
        return segments().stream()
                .filter(n -> n.endsWith(".wal"))
                .map(DIRECTORY::resolve)
                .toList();
    }

    byte[] content(Path path) throws IOException {
        try (var file = disk.openReadOnly(path)) {
            var bytes = new byte[(int) file.size()];
            var into = ByteBuffer.wrap(bytes);
            while (into.hasRemaining()) file.read(into, into.position());
            return bytes;
        }
    }

    void overwrite(Path path, long at, byte[] bytes) throws IOException {
        try (var file = disk.open(path)) {
            file.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, at);
            file.sync();
        }
    }

    void truncate(Path path, long size) throws IOException {
        try (var file = disk.open(path)) {
            file.truncate(size);
            file.sync();
        }
    }

    static Entry entry(long term, long index, String payload) {
        return new Entry(term, index, Entry.Type.NORMAL, Payload.of(payload.getBytes(StandardCharsets.UTF_8)));
    }

    static Entry entry(long term, long index, int payloadBytes) {
        return entry(term, index, ("" + (char) ('a' + index % 26)).repeat(payloadBytes));
    }

    static List<Entry> entries(long term, long from, long to, int payloadBytes) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(index -> entry(term, index, payloadBytes))
                .toList();
    }

    static WalBatch batch(@Nullable HardState state, Entry... entries) {
        return new WalBatch(List.of(entries), state, null, true);
    }

    static WalBatch batch(@Nullable HardState state, List<Entry> entries) {
        return new WalBatch(entries, state, null, true);
    }

    static WalBatch mark(long index, long term) {
        return new WalBatch(List.of(), null, new SnapshotMark(index, term, Membership.of(Set.of(7L), Set.of())), true);
    }

    /** Entries by value: a payload has the identity of its array. */
    static List<String> texts(List<Entry> entries) {
        var texts = new ArrayList<String>();
        for (var e : entries) {
            var payload = new String(e.payload().bytes(), StandardCharsets.UTF_8);
            texts.add(e.term() + "/" + e.index() + " " + e.type() + " " + payload);
        }
        return texts;
    }
}
