package io.actd.simulation.cluster;

import io.actd.simulation.thread.RunQueue;
import io.actd.simulation.thread.VirtualProcess;
import io.actd.world.Disk;
import io.actd.world.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The disk of one machine and all that can be wrong with it: slow, lying, failing, full, or with a bit turned over. */
public final class HardDisk implements SimulatedDisk.Time {
    private final String name;
    private final RunQueue queue;
    private final SplittableRandom random;
    private final DiskWeather weather;
    private final List<Long> limits = new ArrayList<>(); // bytes
    private SimulatedDisk disk;
    private long refusedBefore;
    private long losses;
    private long lastFailureNanos;
    private boolean lies;
    private SimulatedDisk.@Nullable Bit damage;
    private int damagedByte;

    HardDisk(String name, RunQueue queue, SplittableRandom random, DiskWeather.Failed onFailure) {
        this.name = name;
        this.queue = queue;
        this.random = random;
        this.weather = new DiskWeather(random.split(), (operation, path) -> {
            lastFailureNanos = queue.now();
            onFailure.failed(operation, path);
        });
        this.disk = empty();
    }

    private SimulatedDisk empty() {
        var made = new SimulatedDisk(this);
        made.onEveryOperation(weather);
        return made;
    }

    /** As that process sees it. */
    Disk of(VirtualProcess process) {
        return new MachineDisk(disk, process, this);
    }

    @Override
    public long nanos() {
        return queue.now();
    }

    @Override
    public long stepNanos() {
        return queue.stepNanos();
    }

    @Override
    public void waitForSync() {
        queue.spend(weather.syncNanos(queue.now()));
    }

    /** From here on an empty one. */
    void replace() {
        refusedBefore += disk.refusedForSpace();
        disk = empty();
        limits.clear();
        damage = null;
    }

    /** What is not durable may be lost. True if something was. */
    boolean losePower() {
        int lost = disk.crash(random);
        queue.trace().event(queue.now(), name, "files and directories that lost something: " + lost);
        if (lost > 0) losses++;
        return lost > 0;
    }

    /** How often a power loss took something so far. */
    public long losses() {
        return losses;
    }

    /** The process that had files open ended. */
    void closeAll() {
        disk.closeAll();
    }

    /** Each sync takes up to so much longer until what is returned is run; several add up. */
    public Runnable slowBy(long nanos) {
        weather.slowBy(nanos);
        return () -> weather.slowBy(-nanos);
    }

    /** Syncs that took longer so far. */
    public long slowSyncs() {
        return weather.slowSyncs();
    }

    /** When the last of these was or will be over: a start may have many behind it that began before all healed. */
    public long slowUntilNanos() {
        return weather.slowUntilNanos();
    }

    /** From now on syncs of files do nothing and say that they did. */
    public void lie() {
        lies = true;
    }

    boolean lies() {
        return lies;
    }

    /** So many of a thousand operations fail until what is returned is run; several add up. */
    public Runnable fail(int of1000) {
        weather.fail(of1000);
        return () -> weather.fail(-of1000);
    }

    /** Leaves so many bytes of space until what is returned is run; of several the fewest. */
    public Runnable fill(long bytesLeft) {
        long limit = disk.usedBytes() + bytesLeft;
        limits.add(limit);
        limit();
        return () -> {
            limits.remove(limit);
            limit();
        };
    }

    private void limit() {
        disk.limitTo(limits.stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE));
    }

    /** Writes refused for want of space so far. */
    public long refusedForSpace() {
        return refusedBefore + disk.refusedForSpace();
    }

    /** Operations that failed so far, but not for want of space. */
    long errors() {
        return weather.failures();
    }

    /** Operations that failed so far, for want of space or otherwise. */
    long failures() {
        return errors() + refusedForSpace();
    }

    /** When an operation last failed, for want of space or otherwise. */
    long lastFailureNanos() {
        return Math.max(lastFailureNanos, disk.lastRefusalNanos());
    }

    // ---- bits

    /** Turns one bit over while no process runs. False if there are no files, or one is damaged already. */
    public boolean flipBit() {
        var bit = isDamaged() ? null : disk.someBit(random);
        if (bit == null) return false;
        turn(bit);
        damage = bit;
        damagedByte = disk.byteOf(bit).orElseThrow();
        return true;
    }

    /** Turns the bit back, if the byte still is what {@link #flipBit} made of it; whether that helped shows a start. */
    public void flipBack() {
        var bit = damage;
        if (bit == null) return;
        var found = disk.byteOf(bit);
        if (found.isPresent() && found.getAsInt() == damagedByte) turn(bit);
    }

    private void turn(SimulatedDisk.Bit bit) {
        queue.trace().event(queue.now(), name, "turned over: " + bit);
        try {
            disk.flipBit(bit.file(), bit.position(), bit.bit());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** True from {@link #flipBit} until a member has opened its files or the disk was replaced. */
    public boolean isDamaged() {
        return damage != null;
    }

    /** A member has opened its files: a bit that is still wrong does no harm, or what is read will show. */
    void isRead() {
        damage = null;
    }
}
