package io.actd.e2e.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The flags of one server; addresses and directory stay the same over restarts.
 *
 * @param initialCluster as the flag has it; empty for a cluster of its own
 * @param launcher words before the command
 */
public record ServerConfig(
        Target target,
        String name,
        String initialCluster,
        Path dataDir,
        Address address,
        List<String> extraFlags,
        Map<String, String> environment,
        List<String> launcher) {

    /**
     * Where a server listens.
     *
     * @param advertisedPeerPort the port others are told; another than {@code peerPort} if something stands in between
     */
    public record Address(String host, int clientPort, int peerPort, int advertisedPeerPort) {}

    /** A server on free ports. */
    public static ServerConfig onFreePorts(Target target, Path dataDir, String... extraFlags) {
        int[] ports = Ports.free(2);
        Address address = new Address("127.0.0.1", ports[0], ports[1], ports[1]);
        return new ServerConfig(target, "default", "", dataDir, address, List.of(extraFlags), Map.of(), List.of());
    }

    /** The same server under this name in this cluster, with these further flags only. */
    public ServerConfig in(String cluster, String memberName, String... flags) {
        return new ServerConfig(target, memberName, cluster, dataDir, address, List.of(flags), environment, launcher);
    }

    /** The same server with a further flag. */
    public ServerConfig with(String flag) {
        List<String> flags = Stream.concat(extraFlags.stream(), Stream.of(flag)).toList();
        return new ServerConfig(target, name, initialCluster, dataDir, address, flags, environment, launcher);
    }

    /** The same server with this environment besides that of the tests. */
    public ServerConfig withEnvironment(Map<String, String> variables) {
        return new ServerConfig(target, name, initialCluster, dataDir, address, extraFlags, variables, launcher);
    }

    /** The same server started through a further program, such as {@code nice}. */
    public ServerConfig startedBy(List<String> words) {
        List<String> all = Stream.concat(launcher.stream(), words.stream()).toList();
        return new ServerConfig(target, name, initialCluster, dataDir, address, extraFlags, environment, all);
    }

    /** A server on the same data directory and other ports, or the other way round. */
    public ServerConfig with(Path otherDataDir, int otherClientPort, int otherPeerPort) {
        return new ServerConfig(
                target,
                name,
                initialCluster,
                otherDataDir,
                new Address(address.host(), otherClientPort, otherPeerPort, otherPeerPort),
                extraFlags,
                environment,
                launcher);
    }

    /** The same server elsewhere. */
    public ServerConfig at(Address other) {
        return new ServerConfig(target, name, initialCluster, dataDir, other, extraFlags, environment, launcher);
    }

    /** The port its clients use. */
    public int clientPort() {
        return address.clientPort();
    }

    /** The port it listens on for other members. */
    public int peerPort() {
        return address.peerPort();
    }

    /** {@code host:port} for clients. */
    public String endpoint() {
        return address.host() + ":" + address.clientPort();
    }

    /** Where other members reach it. */
    public String peerUrl() {
        return "http://" + address.host() + ":" + address.advertisedPeerPort();
    }

    /** Where the log is, if no flag says otherwise. */
    public Path walDir() {
        return dataDir.resolve("member").resolve("wal");
    }

    List<String> commandLine() {
        String client = "http://" + endpoint();
        String listen = "http://" + address.host() + ":" + address.peerPort();
        // env: a test run in the background would hand down an ignored SIGINT.
        List<String> words = new ArrayList<>(List.of("env", "--default-signal=INT,TERM"));
        words.addAll(launcher);
        words.addAll(target.command());
        words.addAll(List.of("--name", name, "--data-dir", dataDir.toString()));
        words.addAll(List.of("--listen-client-urls", client, "--advertise-client-urls", client));
        words.addAll(List.of("--listen-peer-urls", listen, "--initial-advertise-peer-urls", peerUrl()));
        String cluster = initialCluster.isEmpty() ? name + "=" + peerUrl() : initialCluster;
        words.addAll(List.of("--initial-cluster", cluster, "--logger", "zap"));
        words.addAll(extraFlags);
        return words;
    }
}
