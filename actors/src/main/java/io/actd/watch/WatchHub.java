package io.actd.watch;

import io.actd.mvcc.RevisionEvents;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;

/** Routes each revision's events to the streams whose key ranges they touch. */
public final class WatchHub {
    private WatchHub() {}

    /** What the hub is told. */
    public interface Command {}

    /** The applier: these revisions are applied and readable, ascending, without gap. */
    public record Published(List<RevisionEvents> revisions) implements Command {}

    /** A client opened a Watch RPC: make its stream. The hub is the stream's parent. */
    public record Open(WatchOutlet outlet, CompletableFuture<ActorRef<WatchStream.Command>> opened)
            implements Command {}
}
