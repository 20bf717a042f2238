package io.actd.member;

import io.actd.apply.ConfChanges;
import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.Payload;
import io.actd.wal.Wal;
import io.actd.wal.WalBatch;
import io.actd.wal.WalMetadata;
import io.actd.wal.WalOptions;
import io.actd.world.World;
import java.util.ArrayList;

/**
 * Begins the log of a new member. In a new cluster it holds one committed conf change per initial member, so that every
 * member starts from the same entries (spec FM-20, FM-36); a joining member gets everything from the leader.
 */
final class Bootstrap {
    private static final long FIRST_TERM = 1;

    private Bootstrap() {}

    /** Creates the log durably; afterwards a start is the same as a restart. */
    static void createLog(MemberConfig config, World world, WalOptions options) {
        var metadata = new WalMetadata(config.self().getID(), config.clusterId());
        try (var wal = Wal.create(world, config.walDir(), metadata, options)) {
            if (config.start() != MemberConfig.Start.JOIN) wal.append(founding(config));
        }
    }

    private static WalBatch founding(MemberConfig config) {
        var entries = new ArrayList<Entry>();
        for (var member : config.initialMembers()) {
            var payload = Payload.of(ConfChanges.bootstrap(member));
            entries.add(new Entry(FIRST_TERM, entries.size() + 1, Entry.Type.CONF_CHANGE, payload));
        }
        var committed = new HardState(FIRST_TERM, 0, entries.size());
        return new WalBatch(entries, committed, null, true);
    }
}
