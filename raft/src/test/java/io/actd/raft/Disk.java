package io.actd.raft;

import java.util.ArrayList;
import java.util.List;

/** What survives a crash of one member: hard state, mark and log of a write-ahead log. */
final class Disk {
    private HardState hardState = HardState.ZERO;
    private SnapshotMark mark = SnapshotMark.NONE;
    private final List<Entry> entries = new ArrayList<>();

    HardState hardState() {
        return hardState;
    }

    SnapshotMark mark() {
        return mark;
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }

    void write(Effect.Persist persist) {
        List<Entry> behindMark = persist.entries().stream()
                .filter(entry -> entry.index() > mark.index())
                .toList();
        if (!behindMark.isEmpty()) {
            long from = behindMark.get(0).index();
            entries.removeIf(entry -> entry.index() >= from);
            entries.addAll(behindMark);
        }
        if (persist.hardState() != null) {
            hardState = persist.hardState();
        }
    }

    /** The store is durable up to the mark; a log without the mark's entry is worthless. */
    void mark(SnapshotMark newMark) {
        boolean held = entries.stream().anyMatch(entry -> entry.id().equals(newMark.id()));
        if (held) {
            entries.removeIf(entry -> entry.index() <= newMark.index());
        } else {
            entries.clear();
        }
        mark = newMark;
    }

    /** As written by an earlier life, for tests that start in the middle. */
    static Disk holding(HardState hardState, List<Entry> entries) {
        var disk = new Disk();
        disk.hardState = hardState;
        disk.entries.addAll(entries);
        return disk;
    }
}
