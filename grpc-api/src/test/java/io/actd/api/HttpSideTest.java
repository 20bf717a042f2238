package io.actd.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Empty;
import io.actd.protocol.api.AlarmRequest;
import io.actd.protocol.api.AlarmResponse;
import io.actd.protocol.api.AlarmType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The plain HTTP side of the client port, read by the JDK's client. */
class HttpSideTest {
    private static LiveServer server;

    @BeforeAll
    static void start(@TempDir Path dir) throws Exception {
        var metrics = new ApiMetrics() {
            @Override
            public String exposition() {
                return "etcd_server_has_leader 1\n";
            }
        };
        var defaults = ApiConfig.defaults("3.6.0");
        var config = new ApiConfig(
                "3.6.0",
                defaults.maxRequestBytes(),
                defaults.maxTxnOps(),
                defaults.quotaBytes(),
                -1,
                Duration.ofSeconds(1),
                Duration.ZERO,
                Duration.ZERO,
                Set.of("http://good.example"),
                Set.of("127.0.0.1"),
                false,
                true);
        server = LiveServer.start(dir, config, metrics, 2L << 30, api -> api);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        return send(HttpClient.Version.HTTP_1_1, "127.0.0.1", method, path, headers);
    }

    private static HttpResponse<String> send(
            HttpClient.Version version, String host, String method, String path, String... headers) throws Exception {
        try (var client = HttpClient.newBuilder().version(version).build()) {
            var request = HttpRequest.newBuilder(URI.create("http://" + host + ":" + server.port() + path))
                    .method(method, HttpRequest.BodyPublishers.noBody());
            if (headers.length > 0) request.headers(headers);
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return send("GET", path);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void onePort_servesHttp1AndTheUpgradeToHttp2(HttpClient.Version version) throws Exception { // spec wire.md §9
        var response = send(version, "127.0.0.1", "GET", "/health");
        assertEquals(version, response.version());
        assertEquals("{\"health\":\"true\",\"reason\":\"\"}", response.body()); // spec OP-72
    }

    @Test
    void healthUnderAnAlarm_isBadUnlessExcluded() throws Exception { // spec OP-71, OP-72, OP-74
        alarm(AlarmRequest.AlarmAction.ACTIVATE, AlarmType.NOSPACE);
        try {
            var bad = get("/health");
            assertEquals(503, bad.statusCode());
            assertEquals("{\"health\":\"false\",\"reason\":\"ALARM NOSPACE\"}\n", bad.body());
            assertEquals(200, get("/health?exclude=NOSPACE").statusCode());
            assertEquals(200, get("/readyz").statusCode());
        } finally {
            alarm(AlarmRequest.AlarmAction.DEACTIVATE, AlarmType.NOSPACE);
        }
        assertEquals(200, get("/health?serializable=true").statusCode());
    }

    @Test
    void corruptData_isAliveButNotReady() throws Exception { // spec OP-73
        alarm(AlarmRequest.AlarmAction.ACTIVATE, AlarmType.CORRUPT);
        try {
            var bad = get("/readyz");
            assertEquals(503, bad.statusCode());
            assertTrue(bad.body().contains("[-]data_corruption failed: alarm activated: CORRUPT\n"), bad.body());
            assertTrue(bad.body().contains("[+]non_learner ok\n"), bad.body());
            assertEquals(200, get("/readyz?exclude=data_corruption").statusCode());
            assertEquals(200, get("/livez").statusCode());
            assertEquals(
                    "{\"health\":\"false\",\"reason\":\"ALARM CORRUPT\"}\n",
                    get("/health").body()); // spec OP-72
        } finally {
            alarm(AlarmRequest.AlarmAction.DEACTIVATE, AlarmType.CORRUPT);
        }
        assertEquals(200, get("/readyz").statusCode());
    }

    private static void alarm(AlarmRequest.AlarmAction action, AlarmType type) {
        var request = AlarmRequest.newBuilder()
                .setAction(action)
                .setMemberID(LiveServer.MEMBER_ID)
                .setAlarm(type)
                .build();
        server.call("etcdserverpb.Maintenance/Alarm", request, AlarmResponse.getDefaultInstance());
    }

    @Test
    void probes_shortAndVerbose() throws Exception { // spec OP-73
        assertEquals("ok\n", get("/livez").body());
        var ready = get("/readyz?verbose");
        assertEquals(200, ready.statusCode());
        assertTrue(ready.body().contains("[+]linearizable_read ok\n"), ready.body());
        assertTrue(ready.body().contains("[+]non_learner ok\n"), ready.body());
        assertTrue(ready.body().endsWith("\nok\n"), ready.body());
        assertEquals(
                "nosniff", ready.headers().firstValue("x-content-type-options").orElse(""));
        assertEquals(
                "[+]data_corruption ok\nok\n",
                get("/readyz/data_corruption?verbose").body());
        assertEquals(
                "ok\n",
                get("/readyz?verbose&exclude=data_corruption&exclude=serializable_read"
                                + "&exclude=linearizable_read&exclude=non_learner&exclude=nonsense")
                        .body());
        assertEquals(404, get("/livez/linearizable_read").statusCode());
    }

    @Test
    void version_tellsServerClusterAndStorage() throws Exception { // spec operations.md §7.2
        LiveServer.await(
                "the cluster version is decided",
                () -> server.member().state().members().clusterVersion() != null);
        assertEquals(
                "{\"etcdserver\":\"3.6.0\",\"etcdcluster\":\"3.6.0\",\"storage\":\"3.6.0\"}",
                get("/version").body());
    }

    @Test
    void metrics_areWhatTheNodeShows() throws Exception {
        var response = get("/metrics");
        assertEquals("etcd_server_has_leader 1\n", response.body());
        assertEquals(
                "text/plain; version=0.0.4; charset=utf-8",
                response.headers()
                        .firstValue("content-type")
                        .orElse("")
                        .replace(";v", "; v")
                        .replace("UTF", "utf"));
        var zipped = send("GET", "/metrics", "Accept-Encoding", "gzip");
        assertEquals("gzip", zipped.headers().firstValue("content-encoding").orElse(""));
    }

    @Test
    void otherPathsAndMethods() throws Exception { // spec OP-70, wire.md §9
        for (var path : new String[] {"/", "/v2/keys", "/v3/kv/range", "/config"}) {
            var missing = get(path);
            assertEquals(404, missing.statusCode());
            assertEquals("404 page not found\n", missing.body());
        }
        for (var path : new String[] {"/health", "/version", "/livez", "/readyz", "/metrics"}) {
            var refused = send("POST", path);
            assertEquals(405, refused.statusCode());
            assertEquals("GET", refused.headers().firstValue("allow").orElse(""));
        }
    }

    @Test
    void cors_listedOriginsOnly() throws Exception { // spec OP-77
        var listed = send("GET", "/health", "Origin", "http://good.example");
        assertEquals(
                "http://good.example",
                listed.headers().firstValue("access-control-allow-origin").orElse(""));
        assertEquals(
                "POST, GET, OPTIONS, PUT, DELETE",
                listed.headers().firstValue("access-control-allow-methods").orElse(""));
        var other = send("GET", "/health", "Origin", "http://bad.example");
        assertTrue(other.headers().firstValue("access-control-allow-origin").isEmpty());
        var options = send("OPTIONS", "/v3/kv/range");
        assertEquals(200, options.statusCode());
        assertEquals("", options.body());
    }

    @Test
    void hostNotInWhitelist_isMisdirected() throws Exception { // spec OP-78
        var refused = send(HttpClient.Version.HTTP_1_1, "localhost", "GET", "/health");
        assertEquals(421, refused.statusCode());
        assertTrue(refused.body().contains("CVE-2018-5702"), refused.body());
    }

    @Test
    void reflectionAskedFor_namesTheServices() throws Exception {
        var answers = new Answered<Empty, Empty>();
        var requests = StreamCallsTest.bidi(
                server.channel(),
                "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                Empty.getDefaultInstance(),
                Empty.getDefaultInstance(),
                answers);
        requests.onNext(Empty.parseFrom(new byte[] {0x3a, 0})); // list_services
        var names = new String(answers.next().toByteArray(), StandardCharsets.ISO_8859_1);
        assertTrue(names.contains("etcdserverpb.KV") && names.contains("grpc.health.v1.Health"), names);
        answers.cancel();
    }
}
