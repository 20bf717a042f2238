package io.actd.world;

import java.util.ArrayList;
import java.util.List;

/**
 * What was done to one simulated file, or to the names of one directory, and may still be lost, in order.
 *
 * <p>Programs see a change at once. It counts as done at the time its program sees then, and as durable when a sync that
 * began later is over: a program that waits for a sync has done the rest of its step although the time for that has not
 * come yet. If the end comes first, the rest was not done.
 */
final class Unsynced<C> {
    private record Done<C>(long nanos, C change) {}

    private record Sync(long begunNanos, long overNanos) {}

    private final SimulatedDisk.Time time;
    private final List<Done<C>> done = new ArrayList<>();
    private final List<Sync> syncs = new ArrayList<>();

    Unsynced(SimulatedDisk.Time time) {
        this.time = time;
    }

    void add(C change) {
        done.add(new Done<>(time.nanos(), change));
    }

    /** Waits as long as a sync takes; then all so far is durable. */
    void sync() {
        long begun = time.nanos();
        time.waitForSync();
        syncs.add(new Sync(begun, time.nanos()));
    }

    /** All so far is durable now. */
    void syncAtOnce() {
        syncs.add(new Sync(time.nanos(), time.nanos()));
    }

    /** A sync failed: nobody else will make durable what it should have. */
    void forget() {
        long synced = syncs.stream().mapToLong(Sync::begunNanos).max().orElse(Long.MIN_VALUE);
        done.removeIf(change -> change.nanos > synced);
    }

    /** Hands out what has become durable, and nothing can change that any more. */
    List<C> settled() {
        return takeDurableAt(time.stepNanos());
    }

    /** Hands out what is durable at the end of the process or the power; no other sync will be over. */
    List<C> settledAtTheEnd() {
        var settled = takeDurableAt(time.nanos());
        syncs.clear();
        return settled;
    }

    /** After {@link #settledAtTheEnd}: drops what is not done yet. False if there is nothing such. */
    boolean dropUndone() {
        return done.removeIf(change -> change.nanos > time.nanos());
    }

    /** What is left, in order. */
    List<C> changes() {
        return done.stream().map(Done::change).toList();
    }

    void clear() {
        done.clear();
    }

    private List<C> takeDurableAt(long nanos) {
        long upTo = Long.MIN_VALUE;
        for (var sync : syncs) if (sync.overNanos <= nanos) upTo = Math.max(upTo, sync.begunNanos);
        if (upTo == Long.MIN_VALUE) return List.of();
        syncs.removeIf(sync -> sync.overNanos <= nanos);
        List<C> taken = new ArrayList<>();
        long begun = upTo;
        done.removeIf(change -> change.nanos <= begun && taken.add(change.change));
        return taken;
    }
}
