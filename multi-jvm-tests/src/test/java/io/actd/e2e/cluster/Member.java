package io.actd.e2e.cluster;

import com.google.protobuf.ByteString;
import io.actd.e2e.Await;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.Rpc;
import io.actd.e2e.load.Server;
import io.actd.e2e.server.ServerConfig;
import io.actd.e2e.server.ServerProcess;
import io.actd.e2e.server.Servers;
import io.actd.e2e.wal.WalFile;
import io.actd.protocol.api.HashKVRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.StatusRequest;
import io.actd.protocol.api.StatusResponse;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One member: a process that can be killed, paused, started again and robbed of its memory. */
public final class Member implements Server {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);
    private static final Pattern NO_SPACE = Pattern.compile("No space left on device");

    private static final Pattern DISK_ERROR = Pattern.compile("Input/output error");

    private final Servers servers;
    private final Faults faults;
    private final Ends ends = new Ends();
    private final @Nullable FakeTime clock;
    private final @Nullable ForgetfulDisk disk;
    private ServerProcess process;
    private boolean paused;
    private int wiped;
    private long id;

    /**
     * @param clock its own wall clock, if it is to have one
     * @param disk the one that forgets, if it is on such a one
     */
    Member(
            Servers servers,
            ServerConfig config,
            Faults faults,
            @Nullable FakeTime clock,
            @Nullable ForgetfulDisk disk) {
        this.servers = servers;
        this.faults = faults;
        this.clock = clock;
        this.disk = disk;
        this.process = servers.launch(clock == null ? config : config.withEnvironment(clock.environment()));
    }

    /** Its name, {@code m1} and so on. */
    public String name() {
        return process.config().name();
    }

    /** Kills it on the spot; until then it must have lived. */
    public void kill() {
        ends.mayCome(process);
        ends.came(process, process.kill9(), ServerProcess.KILLED);
        paused = false;
        faults.saw(Faults.Kind.KILL);
    }

    /** Its power fails in the middle of a sync: it is dead, and on its disk at least a part of that is missing. */
    public void losePower() {
        cutPowerInSync();
        if (goDark()) {
            faults.saw(Faults.Kind.POWER_LOST);
        }
    }

    void cutPowerInSync() {
        ends.mayCome(process);
        disk().cutPowerInSync();
    }

    void cutPower() {
        ends.mayCome(process);
        disk().cutPower();
    }

    /** What comes after the power was cut; true if anything was lost with it. */
    boolean goDark() {
        process.kill9();
        paused = false;
        ForgetfulDisk.Lost lost = disk().lose();
        System.out.println(this + " lost power, and with it " + lost);
        return !lost.isNothing();
    }

    /** From now on each write and each sync of its disk fails; it must end, and tell why. */
    public void diskErrors() {
        ends.mayCome(process);
        disk().fail();
        endsTelling(DISK_ERROR);
    }

    /** Undoes {@link #diskErrors}. */
    public void diskIsWell() {
        if (disk().heal() == 0) {
            throw new IllegalStateException("nothing failed");
        }
        faults.saw(Faults.Kind.DISK_ERRORS);
    }

    private ForgetfulDisk disk() {
        if (disk == null) {
            throw new IllegalStateException("not started on disks that forget");
        }
        return disk;
    }

    /** Asks it to end, and waits for that. */
    public void stop() {
        ends.mayCome(process);
        ends.came(process, process.terminate(), Ends.TERMINATED);
        faults.saw(Faults.Kind.STOP);
    }

    /** Stops it in its tracks, without its knowing. */
    public void pause() {
        process.pause();
        paused = true;
        faults.saw(Faults.Kind.PAUSE);
    }

    /** Lets it go on. */
    public void resume() {
        process.resume();
        paused = false;
    }

    /** Stops it and starts it on a disk that {@link #slowDisk} can make slow: every sync takes so long then. */
    public void restartOnDiskThatMayBeSlow(Duration sync) {
        stop();
        launch(config().withEnvironment(slowness().environment(sync)));
        awaitReady();
    }

    /** Makes its disk slow, and returns once a sync has taken long. */
    public void slowDisk() {
        slowness().begin(process);
        faults.saw(Faults.Kind.DISK_SLOW);
    }

    /** Undoes {@link #slowDisk}. */
    public void fastDisk() {
        slowness().end();
    }

    private SlowDisk slowness() {
        return new SlowDisk(config().dataDir().resolveSibling("slow"));
    }

    /** Turns over one bit in the middle of its log; it must not run. */
    public void flipBitInLog() {
        WalFile wal = WalFile.newest(config().walDir());
        WalFile.Record middle = wal.records().get(wal.records().size() / 2);
        WalFile.flip(wal.path(), (middle.begin() + middle.end()) / 2, 0);
    }

    /** Starts it, which it must refuse, and tell where its log is damaged. */
    public void refusesItsLog() {
        process.relaunch();
        endsTelling(WalFile.PLACE);
        faults.saw(Faults.Kind.LOG_DAMAGED);
    }

    /** Starts it, which it must refuse, and tell that its disk is full. */
    public void refusesItsDisk() {
        process.relaunch();
        endsTelling(NO_SPACE);
    }

    /** Waits for its end, of which it must tell that the disk is full. */
    public void endsForWantOfSpace() {
        ends.areAwaited();
        endsTelling(NO_SPACE);
        faults.saw(Faults.Kind.DISK_FULL);
    }

    private void endsTelling(Pattern reason) {
        int status = process.awaitExit();
        if (status != 1
                || !reason.matcher(process.log().tail(Integer.MAX_VALUE)).find()) {
            throw new AssertionError(this + " ended with " + status + " and told:\n"
                    + process.log().tail(50));
        }
    }

    /** Lets its wall clock be so far off from now on, and returns once it says so. */
    public void clockJump(Duration by) {
        if (clock == null) {
            throw new IllegalStateException("not started with a clock of its own");
        }
        clock.jump(by);
        Await.seldom(this + " tells another time", PATIENCE, () -> Metrics.date(process)
                .filter(date ->
                        Duration.between(Instant.now().plus(by), date).abs().compareTo(Duration.ofMinutes(1)) < 0));
        faults.saw(Faults.Kind.CLOCK_JUMP);
    }

    /** What it said when it ended without being told to; empty if it did not, and when asked again. */
    Optional<String> unexpectedEnd() {
        return ends.unexpected(process);
    }

    /** The last lines of its log. */
    public String told(int howMany) {
        return process.log().tail(howMany);
    }

    /** Waits until it has received the store from a leader, for the log no longer has what it missed. */
    public void awaitSentStore() {
        for (var line :
                List.of("receiving database snapshot", "received and saved", "opened snapshot", "applied snapshot")) {
            process.log().await(line, PATIENCE); // spec OP-89
        }
    }

    /** Starts it again after its end and waits until it serves. */
    public void restart() {
        launch();
        awaitReady();
    }

    /** Starts it again without waiting. */
    public void launch() {
        ends.mayNotCome(process);
        process.relaunch();
    }

    /** Waits until it serves clients. */
    public void awaitReady() {
        process.awaitReady();
    }

    /** Removes everything it has on disk; it must not run. */
    public void wipe() {
        if (process.isAlive()) {
            throw new IllegalStateException(name() + " still runs");
        }
        Servers.delete(process.config().dataDir());
        wiped++;
        id = 0;
        faults.saw(Faults.Kind.WIPE);
    }

    /** Starts it with other settings, as a new member of an old cluster. */
    void launch(ServerConfig config) {
        ends.mayNotCome(process);
        process.close();
        process = servers.launch(config);
    }

    ServerConfig config() {
        return process.config();
    }

    /** The process itself, for what has no word here. */
    public ServerProcess process() {
        return process;
    }

    /** Whether the process runs, paused or not. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it was paused and not resumed. */
    public boolean isPaused() {
        return paused;
    }

    /** What it says of itself, if it answers soon. */
    public Optional<StatusResponse> status() {
        if (!isAlive() || paused) {
            return Optional.empty();
        }
        try (EtcdClient client = connect()) {
            StatusResponse status = client.call(Rpc.STATUS, StatusRequest.getDefaultInstance());
            id = status.getHeader().getMemberId();
            return Optional.of(status);
        } catch (StatusRuntimeException notNow) {
            return Optional.empty();
        }
    }

    /** Its id, as soon as it tells it. */
    public long id() {
        if (id == 0) {
            Await.seldom(name() + " tells its id", PATIENCE, this::status);
        }
        return id;
    }

    /** The value of a key, if a linearizable read is answered soon. */
    public Optional<String> read(String key) {
        return read(key, false);
    }

    /** Whether the member itself has this pair by now. */
    public boolean holds(String key, String value) {
        return isAlive() && read(key, true).equals(Optional.of(value));
    }

    private Optional<String> read(String key, boolean serializable) {
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setSerializable(serializable)
                .build();
        try (EtcdClient client = connect()) {
            return client.call(Rpc.RANGE, request).getKvsList().stream()
                    .map(pair -> pair.getValue().toStringUtf8())
                    .findFirst();
        } catch (StatusRuntimeException notNow) {
            return Optional.empty();
        }
    }

    /** Puts one pair. */
    public void put(String key, String value) {
        PutRequest request = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
        try (EtcdClient client = connect()) {
            client.call(Rpc.PUT, request);
        }
    }

    boolean hasId(long memberId) {
        return id == memberId;
    }

    /** Hash of its history up to a revision, if it has it by now. */
    OptionalInt hash(long revision) {
        try (EtcdClient client = connect()) {
            HashKVRequest request =
                    HashKVRequest.newBuilder().setRevision(revision).build();
            return OptionalInt.of(client.call(Rpc.HASH_KV, request).getHash());
        } catch (StatusRuntimeException notYet) {
            return OptionalInt.empty();
        }
    }

    @Override
    public EtcdClient connect() {
        return EtcdClient.connect(process.endpoint(), CALL_TIMEOUT);
    }

    @Override
    public String identity() {
        return name() + (wiped == 0 ? "" : ", wiped " + wiped);
    }

    @Override
    public String toString() {
        return name();
    }
}
