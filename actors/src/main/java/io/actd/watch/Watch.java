package io.actd.watch;

import io.actd.watch.WatchStream.Delivery;
import java.util.ArrayDeque;

/** One watch and how far it has come. Confined to its stream. */
final class Watch {
    /** Where a watch gets its events from. */
    enum State {
        /** Asked the hub for live events; everything below {@link #next} was sent. */
        JOINING,
        /** Gets live events, but keeps them until history up to {@link #joinedAt} was sent. */
        HOLDING,
        /** Gets live events and sends them at once: synced. */
        LIVE,
        /** Gets no live events and reads history: unsynced. */
        LAGGING,
        /** Cancelled. */
        ENDED
    }

    final WatchSpec spec;
    final ArrayDeque<Delivery> held = new ArrayDeque<>();
    State state = State.JOINING;
    /**
     * Lowest revision whose events may still be sent; monotonic. A delivery below is old news, whichever way it came:
     * that one rule makes every event exactly once (spec W-14).
     */
    long next;
    /** The hub's name for this registration; valid unless LAGGING or ENDED. */
    long registration;
    /** The client was told that the watch exists; nothing else is sent before (spec W-7). */
    boolean announced;
    /** Last revision published before live events begin; valid if HOLDING. */
    long joinedAt;
    /** No event was sent since the last progress tick (spec W-21). */
    boolean quiet = true;
    /** A progress note is due as soon as the hub tells the revision. */
    boolean noteDue;

    Watch(WatchSpec spec) {
        this.spec = spec;
        this.next = spec.startRevision();
    }

    /** Everything published up to this revision was sent, and the watch waits for nothing in the future (spec W-22). */
    boolean isCompleteAt(long published) {
        return state == State.LIVE && spec.startRevision() <= published;
    }
}
