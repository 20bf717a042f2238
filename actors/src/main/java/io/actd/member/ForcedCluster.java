package io.actd.member;

import io.actd.apply.ConfChanges;
import io.actd.apply.StateMachine;
import io.actd.protocol.wal.ConfChange;
import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.Payload;
import io.actd.wal.Wal;
import io.actd.wal.WalBatch;
import io.actd.wal.WalRecovery;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a member whose fellows are lost a cluster of its own (spec OP-52): what is not known committed is thrown away,
 * and committed conf changes behind it remove everybody else and make this member a voter. Data and ids stay.
 *
 * @param changes entries to append, the first one right behind what is committed
 * @param hardState commits them
 * @param discarded entries that are thrown away
 */
record ForcedCluster(List<Entry> changes, HardState hardState, long discarded) {
    private static final Logger log = LoggerFactory.getLogger(ForcedCluster.class);

    static ForcedCluster of(long self, WalRecovery recovered, StateMachine state) {
        long known = Math.max(recovered.hardState().commitIndex(), state.appliedIndex());
        // A log that lost its end is all there is now.
        long committed = Math.min(known, recovered.lastIndex());
        var others = new TreeSet<Long>(Long::compareUnsigned);
        state.members().all().forEach(member -> others.add(member.getID()));
        boolean learner = state.membership().learners().contains(self);
        for (var entry : recovered.entries()) {
            if (entry.type() != Entry.Type.CONF_CHANGE) continue;
            if (entry.index() <= state.appliedIndex() || entry.index() > committed) continue;
            var change = ConfChanges.parse(entry.payload().bytes());
            others.add(change.getNodeId());
            if (change.getNodeId() == self) learner |= change.getType() == ConfChange.Type.AddLearnerNode;
        }
        others.remove(self);

        // Of the last term: nobody else can have another idea of it, for there is nobody else any more.
        long term = Math.max(1, recovered.hardState().currentTerm());
        var changes = new ArrayList<Entry>();
        for (long other : others) append(changes, committed, term, ConfChanges.remove(0, other));
        if (learner) append(changes, committed, term, ConfChanges.promote(0, self));
        return new ForcedCluster(
                changes, new HardState(term, 0, committed + changes.size()), recovered.lastIndex() - committed);
    }

    private static void append(List<Entry> changes, long committed, long term, byte[] change) {
        var payload = Payload.of(change);
        changes.add(new Entry(term, committed + changes.size() + 1, Entry.Type.CONF_CHANGE, payload));
    }

    /** Durable when this returns; doing it again changes nothing. */
    void write(Wal wal) {
        log.atWarn()
                .addKeyValue("discarded-entries", discarded)
                .addKeyValue("membership-changes", changes.size())
                .log("forcing restart member");
        // Alone already: what is left of the log is this member's to commit.
        if (!changes.isEmpty()) wal.append(new WalBatch(changes, hardState, null, true));
    }
}
