package io.actd.role;

import io.actd.applier.Applier;
import io.actd.applier.ReceivedStore;
import io.actd.member.MemberMetrics;
import io.actd.raft.Event;
import io.actd.raft.SnapshotMark;
import io.actd.snapshot.SnapshotReceiver;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * The store the rules want installed, on its way: opened by the receiver, its mark written to the log, then handed to
 * the applier (§7). One at a time; of those asked for meanwhile the newest comes next (D18). Until the end of it the
 * rules hand out nothing, so the applier never gets anything older.
 */
final class Installations {
    private final ActorRef<SnapshotReceiver.Command> receiver;
    private final ActorRef<SnapshotReceiver.Answer> answers;
    private final ActorRef<Applier.Command> applier;
    private final LogQueue log;
    private final MemberMetrics metrics;
    private @Nullable SnapshotMark current;
    private @Nullable ReceivedStore opened;
    private @Nullable SnapshotMark next;

    Installations(
            ActorRef<SnapshotReceiver.Command> receiver,
            ActorRef<SnapshotReceiver.Answer> answers,
            ActorRef<Applier.Command> applier,
            LogQueue log,
            MemberMetrics metrics) {
        this.receiver = receiver;
        this.answers = answers;
        this.applier = applier;
        this.log = log;
        this.metrics = metrics;
    }

    void ask(SnapshotMark mark) {
        if (current == null) begin(mark);
        else next = mark;
    }

    private void begin(SnapshotMark mark) {
        current = mark;
        metrics.installing(true);
        receiver.tell(new SnapshotReceiver.Open(mark, answers));
    }

    /** Null, or what the rules are to be told. */
    @Nullable
    Event answered(SnapshotReceiver.Answer answer) {
        return switch (answer) {
            case SnapshotReceiver.Opened now -> {
                opened = now.store();
                log.restart(now.mark());
                log.writeNext();
                yield null;
            }
            // The newer one asked for meanwhile is still being waited for.
            case SnapshotReceiver.NotAtHand not -> beginNext() ? null : new Event.SnapshotAbandoned(not.mark());
        };
    }

    /** The log restarts behind the mark, durably: from now on a start finds the new store. */
    Event durable(SnapshotMark mark) {
        applier.tell(new Applier.Install(Objects.requireNonNull(opened)));
        opened = null;
        beginNext();
        return new Event.SnapshotInstalled(mark);
    }

    private boolean beginNext() {
        current = null;
        var waiting = next;
        next = null;
        if (waiting != null) begin(waiting);
        else metrics.installing(false);
        return waiting != null;
    }
}
