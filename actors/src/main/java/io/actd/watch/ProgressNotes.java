package io.actd.watch;

import java.util.Collection;
import java.util.function.Consumer;

/**
 * Tells the client of one stream how far its watches have come (spec W-21 to W-24). The hub is asked first, because its
 * answer comes after every event up to the revision it names. Part of the {@link WatchStream}.
 */
final class ProgressNotes {
    private final Collection<Watch> watches;
    private final WatchSource source;
    private final Outgoing outgoing;
    private final Consumer<Boolean> askHub;

    /**
     * @param watches of the stream, as they are at the time
     * @param askHub asks what is published; true if the client wanted to know
     */
    ProgressNotes(Collection<Watch> watches, WatchSource source, Outgoing outgoing, Consumer<Boolean> askHub) {
        this.watches = watches;
        this.source = source;
        this.outgoing = outgoing;
        this.askHub = askHub;
    }

    /** The client asks. False if it gets no answer: no watch, or one that is not caught up (spec W-23). */
    boolean ask() {
        boolean synced = !watches.isEmpty() && watches.stream().allMatch(w -> w.state == Watch.State.LIVE);
        if (synced) askHub.accept(true);
        return synced;
    }

    /** The answer to {@link #ask}; none if a watch fell behind meanwhile. */
    void answer(long revision) {
        boolean complete = !watches.isEmpty() && watches.stream().allMatch(watch -> watch.isCompleteAt(revision));
        if (complete) outgoing.add(Answers.progress(source.headers().at(revision), WatchSpec.NO_ID));
    }

    /** Spec W-21: whoever heard nothing for a whole period is due. */
    void tick() {
        boolean any = false;
        for (var watch : watches) {
            watch.noteDue = watch.spec.progressNotify() && watch.quiet;
            watch.quiet = true;
            any |= watch.noteDue;
        }
        if (any) askHub.accept(false);
    }

    void sendDue(long revision) {
        for (var watch : watches) {
            if (watch.noteDue && watch.isCompleteAt(revision) && outgoing.hasRoom()) {
                outgoing.add(Answers.progress(source.headers().at(revision), watch.spec.id()));
            }
            watch.noteDue = false;
        }
    }
}
