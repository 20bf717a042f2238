package io.actd.simulation.thread;

import io.actd.wal.WalBatch;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.persistence.journal.EventAdapter;
import org.apache.pekko.persistence.journal.EventSeq;

/**
 * Shows what the log of a member held when it was read, and what it is given to write. Made by Pekko, by the name of its
 * class; changes nothing.
 */
public final class JournalTap implements EventAdapter {
    /** Told of each batch, in order. */
    public interface Reader {
        /** The log had this when it was read. */
        void recovers(WalBatch batch);

        /** This is about to be written; what was written before in this life is durable. */
        void writes(WalBatch batch);
    }

    /** How a reader gets into an actor system. */
    static final class ReaderSetup extends Setup {
        private final Reader reader;

        ReaderSetup(Reader reader) {
            this.reader = reader;
        }
    }

    private final Reader reader;

    public JournalTap(ExtendedActorSystem system) {
        this.reader = system.settings()
                .setup()
                .get(ReaderSetup.class)
                .orElseThrow(() -> new IllegalStateException("nobody reads along"))
                .reader;
    }

    @Override
    public String manifest(Object event) {
        return "";
    }

    @Override
    public Object toJournal(Object event) {
        reader.writes((WalBatch) event);
        return event;
    }

    @Override
    public EventSeq fromJournal(Object event, String manifest) {
        reader.recovers((WalBatch) event);
        return EventSeq.single(event);
    }
}
