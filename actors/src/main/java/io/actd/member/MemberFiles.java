package io.actd.member;

import io.actd.apply.Headers;
import io.actd.apply.StateMachine;
import io.actd.backend.BufferedBackend;
import io.actd.backend.Engine;
import io.actd.copy.StoreDirectories;
import io.actd.invariant.Invariant;
import io.actd.protocol.ServerVersion;
import io.actd.wal.Wal;
import io.actd.wal.WalOptions;
import io.actd.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What a member holds open on disk.
 *
 * @param wal the log, recovered
 * @param state the applied state
 * @param stores where its store lies, and received ones
 * @param storeName the directory of the store in use
 */
record MemberFiles(Wal wal, StateMachine state, StoreDirectories stores, String storeName) {
    /** Opens, or creates for a new member; blocking I/O. */
    static MemberFiles open(MemberConfig config, World world, Engine engine, WalOptions options, Headers headers) {
        var disk = world.disk();
        var snapDir = config.dataDir().resolve("member").resolve("snap");
        try {
            disk.createDirectories(snapDir);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + snapDir, e);
        }
        boolean restart = Wal.exists(disk, config.walDir());
        if (!restart) Bootstrap.createLog(config, world, options);
        var wal = Wal.open(world, config.walDir(), options);
        var stores = new StoreDirectories(engine, world, snapDir);
        var store = stores.openFor(wal.recovered());
        var state = StateMachine.open(
                new BufferedBackend(store.engine(), world.failpoints()),
                world,
                new StateMachine.Options(
                        config.self().getID(),
                        config.clusterId(),
                        config.quotaBytes(),
                        config.minLeaseTtlSeconds(),
                        config.reconfiguration().maxLearners()),
                headers);
        refuseDowngrade(config, state);
        long last = wal.recovered().lastIndex();
        if (last < state.appliedIndex()) {
            throw new IllegalStateException(
                    "the log in " + config.walDir() + " ends at entry " + last + ", but the store holds entry "
                            + state.appliedIndex() + ": synced records of the log are missing");
        }
        long mark = wal.recovered().mark().index();
        Invariant.check(mark <= state.appliedIndex(), "store-reaches-log-start", mark, state.appliedIndex());
        if (restart && config.start() == MemberConfig.Start.FORCE_NEW_CLUSTER) {
            ForcedCluster.of(config.self().getID(), wal.recovered(), state).write(wal);
            wal.close();
            wal = Wal.open(world, config.walDir(), options);
        }
        return new MemberFiles(wal, state, stores, store.name());
    }

    /** A cluster of a later version may have said things this server does not understand (spec OP-53). */
    private static void refuseDowngrade(MemberConfig config, StateMachine state) {
        var determined = state.members().clusterVersion();
        if (determined == null) return;
        if (ServerVersion.parse(config.serverVersion()).compareTo(ServerVersion.parse(determined)) < 0) {
            throw new IllegalStateException(
                    "invalid downgrade; server version is lower than determined cluster version: "
                            + config.serverVersion() + " < " + determined);
        }
    }

    /** Flushes what is applied and closes both; blocking I/O. */
    void close() {
        state.close();
        wal.close();
    }
}
