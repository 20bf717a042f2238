package io.actd.simulation.fault;

import java.util.EnumSet;
import java.util.Set;

/**
 * One thing that goes wrong.
 *
 * @param atNanos when it begins
 * @param kind what it is
 * @param machine whom it hits, from 0; {@link #LEADER} for whoever leads then
 * @param forNanos how long it lasts
 * @param argument its strength; what that means depends on the kind
 */
public record Fault(long atNanos, Kind kind, int machine, long forNanos, int argument) {
    public static final int LEADER = -1;

    private static final Set<Kind> NEEDS_PEERS = EnumSet.range(Kind.ISOLATE, Kind.MOVE_LEADER);

    public enum Kind {
        /** {@code kill -9}, started again after the duration. */
        KILL,
        /** The machine loses power, and what it had not synced; counts if that was something. */
        POWER_LOSS,
        /** All machines lose power at once; counts if one of them had something to lose. */
        POWER_LOSS_OF_ALL,
        /** Dies at the next passage of the failpoint of that number; even numbers lose power, too. */
        DIE_AT_FAILPOINT,
        /** The process stands still ({@code SIGSTOP}). */
        PAUSE,
        /** Syncs take up to so many milliseconds more. */
        SLOW_DISK,
        /** The wall clock jumps by so many seconds. */
        CLOCK_JUMP,
        /** The process starts again with a clock that is wrong by so many parts of a thousand. */
        CLOCK_DRIFT,
        /** Nothing gets to or from the machine. */
        ISOLATE,
        /** Nothing gets to the machine. */
        ISOLATE_INBOUND,
        /** Nothing gets from the machine. */
        ISOLATE_OUTBOUND,
        /**
         * The machine and its neighbour do not hear each other. If the argument is 1 only the neighbour does not hear the
         * machine, if it is 2 the other way round.
         */
        CUT_PAIR,
        /**
         * Two sides do not hear each other: the machine with those behind it whose bits are set in the argument, and the
         * others.
         */
        SPLIT,
        /** The same, but only what the machine's side sends is lost. */
        SPLIT_ONE_WAY,
        /** Members hear only their two neighbours; if the argument is odd, only the one before. */
        RING,
        /** So many of a thousand messages of {@link Reach some links} are lost, some come twice or overtake others. */
        LOSSY,
        /** Messages of {@link Reach some links} take up to so many milliseconds more. */
        SLOW_NET,
        /** The leader hands leadership to the machine; counts when that leads. */
        MOVE_LEADER,
        /** The machine's member is removed; counts when it is. */
        MEMBER_LEAVES,
        /** A machine that is none joins with an empty disk, as a learner first if the argument is even. */
        MEMBER_JOINS,
        /** The machine's member is removed and a new one joins on it, as a learner first if the argument is even. */
        MEMBER_REPLACED,
        /** So many of a thousand operations of the disk fail; counts when the member has stopped for it. */
        DISK_ERRORS,
        /** All space but so many bytes of the disk is taken. */
        DISK_FULL,
        /** The process ends, and a bit of its files turns over; counts when the member refuses to start with them. */
        FLIPPED_BIT,
        /** The process ends, and is not started again before the duration is over. */
        OFF,
        /** No call of a client gets to the machine; the other members do. */
        NO_CALLS
    }

    /** True if it makes sense for a member that is alone. */
    boolean fitsOneMember() {
        return !NEEDS_PEERS.contains(kind);
    }

    /** The same at that machine. */
    Fault at(int itsMachine) {
        return new Fault(atNanos, kind, itsMachine, forNanos, argument);
    }

    /** The same, so much later. */
    Fault later(long nanos) {
        return new Fault(atNanos + nanos, kind, machine, forNanos, argument);
    }

    @Override
    public String toString() {
        return "%.3fs %s %s for %.3fs (%d)"
                .formatted(
                        atNanos / 1e9,
                        kind,
                        machine == LEADER ? "leader" : "m" + (machine + 1),
                        forNanos / 1e9,
                        argument);
    }
}
