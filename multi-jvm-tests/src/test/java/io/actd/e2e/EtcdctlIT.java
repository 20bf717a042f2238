package io.actd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.e2e.server.Command;
import io.actd.e2e.server.LogLines;
import io.actd.e2e.server.ServerProcess;
import io.actd.e2e.server.Servers;
import io.actd.e2e.server.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Debian's etcdctl 3.4.23 against the product and against its own etcd: the same commands print the same. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EtcdctlIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @RegisterExtension
    static final Servers SERVERS = new Servers();

    private static ServerProcess server;
    private static ServerProcess etcd;

    @BeforeAll
    static void startServers() {
        server = SERVERS.launch(SERVERS.configure(Target.underTest()));
        etcd = SERVERS.launch(SERVERS.configure(Target.ETCD));
        server.awaitReady();
        etcd.awaitReady();
    }

    // ctl.md §2: samples of a fresh store
    @Test
    @Order(1)
    void simpleOutput_isThatOfTheSpecification() {
        assertEquals("OK\n", out("put", "foo", "bar"));
        assertTrue(out("endpoint", "hashkv").endsWith(", 3305255506\n"), "vector of §17.1");
        assertEquals("OK\nfoo\nbar\n", out("put", "--prev-kv", "foo", "b2"));
        assertEquals("foo\nb2\n", out("get", "foo"));
        assertEquals("foo\n\n", out("get", "foo", "--keys-only"));
        assertEquals("b2\n", out("get", "foo", "--print-value-only"));
        assertEquals("\\x66\\x6f\\x6f\n\\x62\\x32\n", out("get", "foo", "--hex"));
        assertEquals("", out("get", "none"));
        assertEquals("1\nfoo\nb2\n", out("del", "--prev-kv", "foo"));
        assertEquals("0\n", out("del", "foo"));
        assertEquals("compacted revision 3\n", out("compaction", "3"));
        // spec MD-8
        assertTrue(run(server, "", "endpoint", "health")
                .result()
                .all()
                .contains("is healthy: successfully committed proposal: took ="));
        assertTrue(out("endpoint", "health", "-w", "json").contains("\"health\":true"));
        assertTrue(out("member", "list").matches("[0-9a-f]{1,16}, started, default, http://.*, http://.*, false\n"));
        assertEquals("", out("alarm", "list"));
    }

    // ctl.md §2, every format
    @Test
    @Order(2)
    void keyCommands_printTheSame() {
        for (String format : List.of("simple", "json", "fields")) {
            play("", "put", "k1", "v1", "-w", format);
            play("", "put", "k1", "v2", "--prev-kv", "-w", format);
            play("piped", "put", "k2", "-w", format);
            play("", "put", "k1", "--ignore-value", "-w", format);
            play("", "put", "k1", "--lease", "123", "v", "-w", format);
            play("", "get", "k1", "-w", format);
            play("", "get", "k", "--prefix", "-w", format);
            play("", "get", "k", "--prefix", "--limit", "1", "--order", "DESCEND", "--sort-by", "MODIFY", "-w", format);
            play("", "get", "k1", "--rev", "2", "-w", format);
            play("", "get", "k1", "--rev", "4000", "-w", format);
            play("", "get", "k", "--from-key", "--keys-only", "-w", format);
            play("", "get", "none", "--consistency", "s", "-w", format);
            play("value(\"k1\") = \"v2\"\n\nput a \"1\"\nget k1\ndel k2\n\nput a \"2\"\n\n", "txn", "-w", format);
            play("ver(\"none\") > \"0\"\n\nput a \"1\"\n\nget k1\n\n", "txn", "-w", format);
            play("\n\nput a \"1\"\nput a \"2\"\n\n\n", "txn", "-w", format);
            play("", "del", "k", "--prefix", "--prev-kv", "-w", format);
            play("", "del", "none", "-w", format);
        }
        play("", "compaction", "5");
        play("", "compaction", "5");
        play("", "compaction", "50000");
        play("", "get", "k1", "--rev", "4");
        play("", "put", "", "v");
    }

    // ctl.md §3
    @Test
    @Order(3)
    void leaseCommands_printTheSame() {
        for (String format : List.of("simple", "json", "fields")) {
            String ours = grant(server);
            String theirs = grant(etcd);
            compare(
                    run(server, "", "put", "--lease", ours, "lk", "v", "-w", format),
                    run(etcd, "", "put", "--lease", theirs, "lk", "v", "-w", format));
            for (List<String> command : List.of(
                    List.of("timetolive"),
                    List.of("timetolive", "--keys"),
                    List.of("keep-alive", "--once"),
                    List.of("revoke"),
                    List.of("revoke"),
                    List.of("timetolive"))) {
                compare(run(server, "", lease(command, ours, format)), run(etcd, "", lease(command, theirs, format)));
            }
            play("", "lease", "list", "-w", format);
            play("", "get", "lk", "-w", format);
        }
    }

    // ctl.md §5
    @Test
    @Order(4)
    void clusterCommands_printTheSameShape() {
        for (String format : List.of("simple", "json", "fields")) {
            play("", "endpoint", "hashkv", "-w", format);
            play("", "endpoint", "status", "-w", format);
            play("", "member", "list", "-w", format);
            play("", "endpoint", "health", "-w", format);
        }
        play("", "alarm", "list"); // in other formats 3.4 lacks the header that H-2 asks for
        play("", "alarm", "disarm");
        play("", "endpoint", "status", "-w", "table");
        play("", "check", "perf", "--load", "nonsense");
    }

    // ctl.md §2 watch
    @Test
    @Order(5)
    void watch_printsTheSameEvents() throws IOException {
        for (String format : List.of("simple", "json")) {
            String ours = watched(server, format);
            String theirs = watched(etcd, format);
            assertEquals(theirs, ours);
        }
        play("", "watch", "foo", "--rev", "2"); // compacted: exit code and text
    }

    private static String watched(ServerProcess of, String format) throws IOException {
        Path output = SERVERS.newDirectory().resolve("watch.out");
        LogLines lines = LogLines.of(output);
        Process watch = new ProcessBuilder(words(of, "watch", "w", "--prefix", "--prev-kv", "-w", format))
                .redirectOutput(output.toFile())
                .start();
        try {
            Await.until("watch shows an event", TIMEOUT, () -> {
                run(of, "", "put", "w0", "again and again until the watch is there");
                return !lines.all().isEmpty();
            });
            run(of, "", "put", "w1", "one");
            run(of, "", "put", "w1", "two");
            run(of, "", "del", "w1");
            run(of, "", "put", "wz", "end");
            lines.await(format.equals("json") ? "\"d3o=\"" : "wz", TIMEOUT);
            List<String> shown = lines.all();
            int from = 0;
            while (!shown.get(from).contains(format.equals("json") ? "\"dzE=\"" : "w1")) {
                from++;
            }
            return String.join("\n", shown.subList(from, shown.size()))
                    .replaceAll(
                            "\"(cluster_id|member_id|raft_term|revision|create_revision|mod_revision)\":\\d+", "$1");
        } finally {
            watch.destroyForcibly();
        }
    }

    private static String grant(ServerProcess of) {
        Matcher id = Pattern.compile("lease ([0-9a-f]{1,16}) granted with TTL\\(300s\\)\n")
                .matcher(run(of, "", "lease", "grant", "300").out());
        assertTrue(id.matches());
        return id.group(1);
    }

    private static String[] lease(List<String> command, String id, String format) {
        List<String> words = new ArrayList<>(command);
        words.add(0, "lease");
        words.addAll(List.of(id, "-w", format));
        return words.toArray(String[]::new);
    }

    /** Runs the command on both servers; both must print and end alike. */
    private static void play(String input, String... command) {
        compare(run(server, input, command), run(etcd, input, command));
    }

    private static void compare(Run ours, Run theirs) {
        assertEquals(theirs.normalised(), ours.normalised(), () -> ours + "\ninstead of\n" + theirs);
    }

    /** What the server under test prints; etcd gets the same, so that both stores stay at one revision. */
    private static String out(String... command) {
        run(etcd, "", command);
        return run(server, "", command).out();
    }

    private static Run run(ServerProcess of, String input, String... command) {
        return new Run(List.of(command), of, Command.run(words(of, command), Map.of(), input));
    }

    private static List<String> words(ServerProcess of, String... command) {
        List<String> words = new ArrayList<>(List.of("etcdctl", "--endpoints", of.endpoint()));
        words.addAll(List.of(command));
        return words;
    }

    private record Run(List<String> command, ServerProcess of, Command.Result result) {
        private static final String ID_FIELDS =
                "(?i)(\"(?:cluster_?id|member_?id|raft_?term|id|leader|lease|hash|compact_revision)\" ?: ?)-?\\d+";

        String out() {
            return result.out();
        }

        /** Without ids, ports, durations and what a server may choose; stderr only as far as it is a contract. */
        String normalised() {
            String text = (result.out() + errors())
                    .replaceAll("127\\.0\\.0\\.1:" + of.config().peerPort(), "PEER")
                    .replaceAll("127\\.0\\.0\\.1:" + of.config().clientPort(), "CLIENT")
                    .replaceAll(ID_FIELDS, "$1ID")
                    .replaceAll("\\b[0-9a-f]{13,16}\\b", "HEX")
                    .replaceAll("(remaining\\(|\"ttl\":|\"TTL\" : )(29[0-9]|300)", "$1LEFT")
                    .replaceAll("(?i)(took\"? ?[:=] ?\"?)[0-9.]+[mµ]?s", "$1TIME");
            boolean status = command.contains("status");
            boolean hash = command.contains("hashkv");
            return "exit " + result.exitCode() + "\n"
                    + (status
                                    ? text.replaceAll("\\d+(\\.\\d+)*( [kMG]?B)?", "N")
                                            .replaceAll("[ |+-]+", " ")
                                    : text)
                            .replaceAll(hash ? ", \\d+" : "\\z", hash ? ", HASH" : "");
        }

        private String errors() {
            StringBuilder errors = new StringBuilder();
            for (String line : result.err().split("\n", -1)) {
                if (line.startsWith("Error:") || line.startsWith("watch was canceled")) {
                    errors.append(line).append('\n');
                }
            }
            return errors.toString();
        }

        @Override
        public String toString() {
            return of.config().target() + " " + command + " -> " + result.exitCode() + "\n" + result.all();
        }
    }
}
