package io.actd.wal;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.dispatch.Futures;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.PersistentRepr$;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import org.jspecify.annotations.Nullable;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The log as a journal: one event is one {@link WalBatch} is one {@link Wal#append}.
 *
 * <p>It serves one persistence id, {@value #PERSISTENCE_ID}, and runs on a thread of its own, where it waits for the disk;
 * its futures are complete when it returns them. Events are never serialized. Sequence numbers are not in the log: what
 * is recovered is replayed, once, as batches numbered from 1, and writes go on from there. Deleting does nothing, since
 * marks release segments. A batch that cannot be written or synced fails, which stops the persistent actor, and so does
 * everything after it.
 */
public final class WalJournal extends AsyncWriteJournal {
    /** The only persistence id. */
    public static final String PERSISTENCE_ID = "wal";

    /** Path of this plugin's settings. */
    public static final String PLUGIN_ID = "actd.wal-journal";

    private static final int ENTRIES_PER_EVENT = 1000;

    private @Nullable List<WalBatch> toReplay;
    private long sequenceNr;

    public WalJournal(Config config) {}

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> messages) {
        try {
            for (var write : messages) {
                for (var event : CollectionConverters.asJava(write.payload())) append(event);
            }
            return Futures.successful(List.of());
        } catch (RuntimeException e) {
            return Futures.failed(e);
        }
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
        return Futures.successful(null);
    }

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
        try {
            return Futures.successful(sequenceNr == 0 ? recovered(persistenceId).size() : sequenceNr);
        } catch (RuntimeException e) {
            return Futures.failed(e);
        }
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId, long fromSequenceNr, long toSequenceNr, long max, Consumer<PersistentRepr> replay) {
        try {
            var batches = recovered(persistenceId);
            for (long nr = Math.max(1, fromSequenceNr); nr <= Math.min(toSequenceNr, batches.size()); nr++) {
                replay.accept(repr(batches.get((int) nr - 1), nr));
            }
            sequenceNr = batches.size();
            toReplay = null;
            wal().forgetRecovered();
            return Futures.successful(null);
        } catch (RuntimeException e) {
            return Futures.failed(e);
        }
    }

    private void append(PersistentRepr event) {
        checkId(event.persistenceId());
        if (event.sequenceNr() <= sequenceNr) {
            throw new IllegalStateException("event " + event.sequenceNr() + " written after " + sequenceNr);
        }
        wal().append((WalBatch) event.payload());
        sequenceNr = event.sequenceNr();
    }

    private List<WalBatch> recovered(String persistenceId) {
        checkId(persistenceId);
        if (toReplay == null) toReplay = wal().recovered().asBatches(ENTRIES_PER_EVENT);
        return toReplay;
    }

    private Wal wal() {
        return WalExtension.get(context().system()).wal();
    }

    private static void checkId(String persistenceId) {
        if (!persistenceId.equals(PERSISTENCE_ID)) {
            throw new IllegalArgumentException("this journal is for " + PERSISTENCE_ID + ", not " + persistenceId);
        }
    }

    private static PersistentRepr repr(WalBatch batch, long nr) {
        return PersistentRepr$.MODULE$.apply(
                batch, nr, PERSISTENCE_ID, PersistentRepr$.MODULE$.Undefined(), false, ActorRef.noSender(), "");
    }
}
