package io.actd.wal;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.jspecify.annotations.Nullable;

/**
 * Where {@link WalJournal}, which Pekko creates by its class name, finds the log of its actor system.
 *
 * <p>The process registers an open log before it starts the {@code WalWriter}, and closes it after the system has ended.
 */
public final class WalExtension implements Extension {
    private final AtomicReference<@Nullable Wal> wal = new AtomicReference<>();

    private WalExtension() {}

    /** The one of this actor system, classic or typed. */
    public static WalExtension get(ClassicActorSystemProvider system) {
        return Id.INSTANCE.get(system);
    }

    /** Hands the log over: from now on only the journal uses it. */
    public void register(Wal open) {
        if (!wal.compareAndSet(null, open)) throw new IllegalStateException("a log is registered already");
    }

    Wal wal() {
        var open = wal.get();
        if (open == null) throw new IllegalStateException("no log is registered with this actor system");
        return open;
    }

    private static final class Id extends AbstractExtensionId<WalExtension> {
        static final Id INSTANCE = new Id();

        @Override
        public WalExtension createExtension(ExtendedActorSystem system) {
            return new WalExtension();
        }
    }
}
