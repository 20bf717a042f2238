package io.actd.e2e.cluster;

import io.actd.e2e.server.Command;
import io.actd.e2e.server.ServerConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Machines of their own for members, as far as the network goes: each has a network namespace, at the end of a cable
 * (a pair of virtual Ethernet devices) to a switch (a bridge) that clients are at, too. A pulled cable is silent: nobody
 * is told that a packet was lost. Only root can have it.
 *
 * <p>The addresses are of those set aside for tests of networks (RFC 2544); nothing outside this machine knows them.
 */
final class Cables implements AutoCloseable {
    private static final String OURS = "actd-";

    private final String bridge = OURS + ProcessHandle.current().pid();
    private final String subnet = "198.18." + ProcessHandle.current().pid() % 256 + ".";
    private final Map<String, Integer> places = new HashMap<>(); // of members

    private Cables() {}

    /** Whether this process may have network namespaces. */
    static boolean isPossible() {
        String probe = OURS + "probe-" + ProcessHandle.current().pid();
        boolean possible = ip("netns add " + probe).exitCode() == 0;
        if (possible) {
            must("netns del " + probe);
        }
        return possible;
    }

    /** A switch with nothing at it but this process. */
    static Cables lay() {
        removeWhatTheDeadLeft();
        Cables cables = new Cables();
        must("link add " + cables.bridge + " type bridge");
        must("addr add " + cables.subnet + "254/24 dev " + cables.bridge);
        must("link set " + cables.bridge + " up");
        return cables;
    }

    /** The same server on a machine of its own at this switch. */
    ServerConfig connect(ServerConfig config) {
        int place = places.size() + 1;
        places.put(config.name(), place);
        String namespace = bridge + "-" + place;
        must("netns add " + namespace);
        must("link add " + cable(place) + " type veth peer name eth0 netns " + namespace);
        must("-n " + namespace + " addr add " + subnet + place + "/24 dev eth0");
        must("-n " + namespace + " link set lo up");
        must("-n " + namespace + " link set eth0 up");
        must("link set " + cable(place) + " master " + bridge + " up");
        var at = config.address();
        return config.at(new ServerConfig.Address(subnet + place, at.clientPort(), at.peerPort(), at.peerPort()))
                .startedBy(List.of("ip", "netns", "exec", namespace));
    }

    void pull(String member) {
        must("link set " + cable(places.get(member)) + " down");
    }

    /** All of them. */
    void plugIn() {
        places.values().forEach(place -> must("link set " + cable(place) + " up"));
    }

    private String cable(int place) {
        return bridge + "." + place;
    }

    @Override
    public void close() {
        places.values().forEach(place -> must("netns del " + bridge + "-" + place)); // and the cable with it
        must("link del " + bridge);
    }

    /** A test run that was killed takes nothing down. */
    private static void removeWhatTheDeadLeft() {
        names("netns list").filter(Cables::isOfTheDead).forEach(namespace -> must("netns del " + namespace));
        names("-brief link show type bridge").filter(Cables::isOfTheDead).forEach(left -> must("link del " + left));
    }

    private static Stream<String> names(String list) {
        return must(list).lines().map(line -> line.split("\\s")[0]);
    }

    private static boolean isOfTheDead(String name) {
        String[] words = name.split("-");
        return name.startsWith(OURS)
                && words[1].matches("[0-9]+")
                && ProcessHandle.of(Long.parseLong(words[1])).isEmpty();
    }

    private static String must(String words) {
        Command.Result result = ip(words);
        if (result.exitCode() != 0) {
            throw new IllegalStateException("ip " + words + ": " + result.all());
        }
        return result.out();
    }

    private static Command.Result ip(String words) {
        return Command.run(List.of("sh", "-c", "PATH=$PATH:/usr/sbin:/sbin; exec ip " + words), Map.of(), "");
    }
}
