package io.actd.e2e.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The flags of one server of a one-member cluster; ports and directory stay the same over restarts. */
public record ServerConfig(
        Target target,
        Path dataDir,
        int clientPort,
        int peerPort,
        List<String> extraFlags,
        Map<String, String> environment) {

    /** A server on free ports. */
    public static ServerConfig onFreePorts(Target target, Path dataDir, String... extraFlags) {
        int[] ports = Ports.free(2);
        return new ServerConfig(target, dataDir, ports[0], ports[1], List.of(extraFlags), Map.of());
    }

    /** The same server with this environment besides that of the tests. */
    public ServerConfig withEnvironment(Map<String, String> variables) {
        return new ServerConfig(target, dataDir, clientPort, peerPort, extraFlags, variables);
    }

    /** A server on the same data directory and other ports, or the other way round. */
    public ServerConfig with(Path otherDataDir, int otherClientPort, int otherPeerPort) {
        return new ServerConfig(target, otherDataDir, otherClientPort, otherPeerPort, extraFlags, environment);
    }

    /** {@code host:port} for clients. */
    public String endpoint() {
        return "127.0.0.1:" + clientPort;
    }

    /** The member directory with the log and the store. */
    public Path walDir() {
        return dataDir.resolve("member").resolve("wal");
    }

    List<String> commandLine() {
        String client = "http://" + endpoint();
        String peer = "http://127.0.0.1:" + peerPort;
        // env: a test run in the background would hand down an ignored SIGINT.
        List<String> words = new ArrayList<>(List.of("env", "--default-signal=INT,TERM"));
        words.addAll(target.command());
        words.addAll(List.of("--name", "default", "--data-dir", dataDir.toString()));
        words.addAll(List.of("--listen-client-urls", client, "--advertise-client-urls", client));
        words.addAll(List.of("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer));
        words.addAll(List.of("--initial-cluster", "default=" + peer, "--logger", "zap"));
        words.addAll(extraFlags);
        return words;
    }
}
