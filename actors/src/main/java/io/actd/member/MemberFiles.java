package io.actd.member;

import io.actd.apply.Headers;
import io.actd.apply.StateMachine;
import io.actd.backend.BufferedBackend;
import io.actd.invariant.Invariant;
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
 */
record MemberFiles(Wal wal, StateMachine state) {
    /** Opens, or creates for a new member; blocking I/O. */
    static MemberFiles open(
            MemberConfig config, World world, Storage.Engine engine, WalOptions options, Headers headers) {
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
        var state = StateMachine.open(
                new BufferedBackend(engine.open(snapDir.resolve("db"), world), world.failpoints()),
                world,
                new StateMachine.Options(
                        config.self().getID(),
                        config.clusterId(),
                        config.quotaBytes(),
                        config.minLeaseTtlSeconds(),
                        config.reconfiguration().maxLearners()),
                headers);
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
        return new MemberFiles(wal, state);
    }

    /** Flushes what is applied and closes both; blocking I/O. */
    void close() {
        state.close();
        wal.close();
    }
}
