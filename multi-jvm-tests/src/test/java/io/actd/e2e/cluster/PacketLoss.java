package io.actd.e2e.cluster;

import io.actd.e2e.server.Command;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A network that loses packets, by Debian's nftables: the kernel drops some of those that come from or go to some ports of
 * this machine, and TCP has to repeat them. Only root can have it.
 */
final class PacketLoss implements AutoCloseable {
    private static final String TABLE = "actd_" + ProcessHandle.current().pid();
    private static final Pattern DROPPED = Pattern.compile("counter packets (\\d+)");

    private PacketLoss() {}

    /** Whether this process may tell the kernel what to drop. */
    static boolean isPossible() {
        return nft("list ruleset").exitCode() == 0;
    }

    /** Begins to lose so many of a hundred packets. */
    static PacketLoss of(int percent, List<Integer> ports) {
        String rules = List.of("dport", "sport").stream()
                .map(end -> String.format(
                        Locale.ROOT,
                        "tcp %s { %s } numgen random mod 100 < %d counter drop%n",
                        end,
                        ports.stream().map(String::valueOf).collect(Collectors.joining(", ")),
                        percent))
                .collect(Collectors.joining());
        must("table ip " + TABLE + " {\nchain in {\ntype filter hook input priority 0;\n" + rules + "}\n}\n");
        return new PacketLoss();
    }

    /** How many were lost so far. */
    long lost() {
        Matcher counters = DROPPED.matcher(must("list table ip " + TABLE));
        return counters.results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    @Override
    public void close() {
        must("delete table ip " + TABLE);
    }

    private static String must(String commands) {
        Command.Result result = nft(commands);
        if (result.exitCode() != 0) {
            throw new IllegalStateException("nft: " + commands + ": " + result.all());
        }
        return result.out();
    }

    private static Command.Result nft(String commands) {
        return Command.run(List.of("sh", "-c", "PATH=$PATH:/usr/sbin:/sbin; exec nft -f -"), Map.of(), commands);
    }
}
