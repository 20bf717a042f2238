package io.actd.e2e.cluster;

import com.google.common.base.Throwables;
import io.actd.e2e.load.Recording;
import io.actd.e2e.server.Ports;
import io.actd.e2e.server.ServerConfig;
import io.actd.e2e.server.Servers;
import io.actd.e2e.server.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The processes of a cluster, what lies between them, and what clients saw of them so far.
 *
 * <p>Starting three JVMs takes longer than most stories, so stories that ask for nothing special play on the same ones,
 * one after another, as long as all goes well: each begins where the one before ended, and the history it is judged by
 * begins with the first.
 */
final class Ensemble implements AutoCloseable {
    private static final String TOKEN = "stories";
    private static final String PROGRESS = "--experimental-watch-progress-notify-interval=500ms";
    private static final String EXISTING = "existing";

    private final Servers servers = new Servers();
    private final Network network = new Network();
    private final List<Member> members = new ArrayList<>(); // guarded by this
    private final List<PeerProxy> proxies = new ArrayList<>();
    private final Map<String, SmallDisk> disks = new HashMap<>();
    private final Map<String, ForgetfulDisk> forgetful = new HashMap<>();
    private final Recording recording = new Recording();
    private final Faults faults = new Faults();
    private final Settings settings;
    private @Nullable Cables cables;

    /**
     * What a story asks for.
     *
     * @param diskMebibytes size of a small disk for each member, 0 for the machine's own
     * @param holding what is on such a disk
     * @param forgetful whether each member's disk is one that forgets what was not synced
     * @param ownClock the member that has a wall clock of its own; empty for none
     * @param alone whether no other story is to play on it
     */
    record Settings(
            int size,
            int diskMebibytes,
            Holding holding,
            boolean forgetful,
            Wiring wiring,
            String ownClock,
            boolean alone,
            List<String> flags) {
        private static final Settings USUAL =
                new Settings(3, 0, Holding.LOG_AND_STORE, false, Wiring.PROXIES, "", false, List.of());
    }

    /** How members reach each other. */
    enum Wiring {
        /** As on one machine: no link can be cut. */
        DIRECT,
        /** Through proxies, which can cut each link between two members. */
        PROXIES,
        /** As on machines of their own, each at the end of a cable that can be pulled. */
        CABLES
    }

    private Ensemble(Settings settings) {
        this.settings = settings;
    }

    /** One that is left from the story before, or a fresh one without processes yet. */
    static Ensemble of(Settings settings) {
        Ensemble spare = Spare.take();
        if (spare != null && settings.equals(Settings.USUAL)) {
            return spare;
        }
        if (spare != null) {
            spare.close();
        }
        return new Ensemble(settings);
    }

    /** Keeps the processes for the next story if they are of the usual kind, else ends them. */
    void giveBack(ExtensionContext context) {
        if (settings.equals(Settings.USUAL)) {
            Spare.keep(this, context);
        } else {
            close();
        }
    }

    /** Returns once all members serve. */
    void awaitReady() {
        if (members.isEmpty()) {
            start();
        }
        members.forEach(Member::awaitReady);
    }

    private void start() {
        List<ServerConfig> configs = new ArrayList<>();
        for (int i = 1; i <= settings.size(); i++) {
            configs.add(configure("m" + i));
        }
        String cluster = configs.stream()
                .map(config -> config.name() + "=" + config.peerUrl())
                .collect(Collectors.joining(","));
        List<String> all = new ArrayList<>(List.of("--initial-cluster-token", TOKEN, PROGRESS));
        all.addAll(settings.flags());
        for (ServerConfig config : configs) {
            start(config.in(cluster, config.name(), all.toArray(String[]::new)));
        }
    }

    /** A member's ports and directory, and its proxy. */
    private ServerConfig configure(String name) {
        ServerConfig config = servers.configure(Target.underTest());
        return switch (settings.wiring()) {
            case DIRECT -> config.in("", name);
            case PROXIES -> behindProxy(config.in("", name));
            case CABLES -> cables().connect(config.in("", name));
        };
    }

    private ServerConfig behindProxy(ServerConfig config) {
        var at = config.address();
        int advertised = Ports.free(1)[0];
        proxies.add(new PeerProxy(config.name(), advertised, at.peerPort(), network, this::processes));
        return config.at(new ServerConfig.Address(at.host(), at.clientPort(), at.peerPort(), advertised));
    }

    void heal() {
        network.heal();
        if (cables != null) {
            cables.plugIn();
        }
    }

    /** The machines' cables; there are some if the story asked for them. */
    Cables cables() {
        if (settings.wiring() != Wiring.CABLES) {
            throw new IllegalStateException("not started on cables");
        }
        if (cables == null) {
            cables = Cables.lay();
        }
        return cables;
    }

    private Member start(ServerConfig usual) {
        ServerConfig config = settings.diskMebibytes() > 0 ? onSmallDisk(usual) : usual;
        if (settings.forgetful()) {
            forgetful.put(
                    config.name(), ForgetfulDisk.mount(config.dataDir().getParent(), Cluster.SEED + forgetful.size()));
        }
        FakeTime clock = settings.ownClock().equals(config.name())
                ? new FakeTime(config.dataDir().resolveSibling("offset"))
                : null;
        Member member = new Member(servers, config, faults, clock, forgetful.get(config.name()));
        synchronized (this) {
            members.add(member);
        }
        return member;
    }

    private ServerConfig onSmallDisk(ServerConfig config) {
        Path home = config.dataDir().getParent();
        Path disk = settings.holding() == Holding.LOG ? servers.newDirectory() : home;
        disks.put(config.name(), SmallDisk.mount(disk, settings.diskMebibytes()));
        return switch (settings.holding()) {
            case LOG_AND_STORE -> config;
            case LOG -> config.with("--wal-dir=" + disk.resolve("log"));
            case STORE -> config.with("--wal-dir=" + servers.newDirectory().resolve("log"));
        };
    }

    private synchronized Map<String, Long> processes() {
        Map<String, Long> pids = new HashMap<>();
        members.forEach(member -> pids.put(member.name(), member.process().pid()));
        return pids;
    }

    /** The settings of a further member, reached as the others are. */
    ServerConfig configureNext() {
        return configure("m" + (members.size() + 1));
    }

    /** Starts a further member of the running cluster. */
    Member join(ServerConfig config) {
        ServerConfig first = members.get(0).config();
        String cluster = first.initialCluster() + "," + config.name() + "=" + config.peerUrl();
        return start(config.in(cluster, config.name(), existing(first)));
    }

    /** Starts a member that was removed and wiped as a new one, under its old name and addresses. */
    static void rejoin(Member member) {
        ServerConfig config = member.config();
        member.launch(config.in(config.initialCluster(), config.name(), existing(config)));
    }

    private static String[] existing(ServerConfig config) {
        List<String> flags = new ArrayList<>(config.extraFlags());
        if (!flags.contains(EXISTING)) {
            flags.addAll(List.of("--initial-cluster-state", EXISTING));
        }
        return flags.toArray(String[]::new);
    }

    List<Member> members() {
        return members;
    }

    Network network() {
        return network;
    }

    Recording recording() {
        return recording;
    }

    Faults faults() {
        return faults;
    }

    SmallDisk disk(Member member) {
        SmallDisk disk = disks.get(member.name());
        if (disk == null) {
            throw new IllegalStateException("not started on small disks");
        }
        return disk;
    }

    void keepLogs(ExtensionContext context) {
        servers.keepLogs(context);
    }

    /** Everything, whatever fails meanwhile; throws the first failure at the end. */
    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>();
        members.forEach(member -> all.add(member.process()));
        all.add(network);
        all.addAll(disks.values());
        all.addAll(forgetful.values());
        all.addAll(proxies);
        if (cables != null) {
            all.add(cables);
        }
        all.add(servers::closeAll);
        List<Throwable> failures =
                all.stream().flatMap(one -> failure(one).stream()).toList();
        if (!failures.isEmpty()) {
            failures.stream().skip(1).forEach(failures.get(0)::addSuppressed);
            Throwables.throwIfUnchecked(failures.get(0));
            throw new IllegalStateException(failures.get(0));
        }
    }

    private static Optional<Throwable> failure(AutoCloseable closing) {
        try {
            closing.close();
            return Optional.empty();
        } catch (Exception | AssertionError e) {
            return Optional.of(e);
        }
    }
}
