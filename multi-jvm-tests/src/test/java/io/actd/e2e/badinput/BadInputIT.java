package io.actd.e2e.badinput;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.check.KeyRange;
import io.actd.e2e.Await;
import io.actd.e2e.client.BytesMethod;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.WatchStream;
import io.actd.e2e.server.ServerConfig;
import io.actd.e2e.server.ServerProcess;
import io.actd.e2e.server.Servers;
import io.actd.e2e.server.Target;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bad and unkind clients get a clear error or nothing; polite ones notice nothing; memory stays bounded. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BadInputIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final long MOST_GROWTH_BYTES = 768L << 20;
    private static final String PUT = "/etcdserverpb.KV/Put";

    @RegisterExtension
    static final Servers SERVERS = new Servers();

    private static ServerProcess server;
    private static long memoryAtStart;

    @BeforeAll
    static void startServer() {
        // A small heap: what piles up shows soon, and running out of memory ends the process.
        ServerConfig config =
                SERVERS.configure(Target.underTest()).withEnvironment(Map.of("ACTD_JAVA_OPTS", "-Xmx512m"));
        server = SERVERS.launch(config).awaitReady();
        memoryAtStart = memory();
    }

    @AfterEach
    void politeClientIsServed() {
        try (EtcdClient client = EtcdClient.connect(server.endpoint())) {
            long revision = client.put("polite", "please").getHeader().getRevision();
            assertEquals(revision, client.get("polite").getKvs(0).getModRevision());
        }
        assertTrue(server.isAlive());
        long growth = memory() - memoryAtStart;
        assertTrue(growth < MOST_GROWTH_BYTES, "resident memory has grown by " + (growth >> 20) + " MiB");
    }

    // errors.md §1
    @Test
    void unknownMethodsAndServices_areUnimplemented() {
        assertEquals(Status.Code.UNIMPLEMENTED, codeOf("etcdserverpb.KV/NoSuchMethod", new byte[0]));
        assertEquals(Status.Code.UNIMPLEMENTED, codeOf("no.such.Service/Method", new byte[0]));
    }

    @Test
    void garbageInsteadOfProtobuf_isAnError() {
        byte[] truncatedField = {0x0a, 0x7f};
        byte[] wrongWireType = {0x0f, 0x01, 0x02};
        for (String method : List.of(
                "etcdserverpb.KV/Put",
                "etcdserverpb.KV/Range",
                "etcdserverpb.KV/Txn",
                "etcdserverpb.Lease/LeaseGrant",
                "etcdserverpb.Watch/Watch",
                "etcdserverpb.Lease/LeaseKeepAlive",
                "etcdserverpb.Maintenance/Status")) {
            assertEquals(Status.Code.INTERNAL, codeOf(method, truncatedField), method);
            assertEquals(Status.Code.INTERNAL, codeOf(method, wrongWireType), method);
        }
    }

    @Test
    void randomBytes_neverHarm() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            codeOf("etcdserverpb.KV/Txn", bytes);
            codeOf("etcdserverpb.KV/Range", bytes);
        }
    }

    // semantics.md §18: receive limit 2 MiB
    @Test
    void tooLargeMessages_areRefused() {
        byte[] large = new byte[3 << 20];
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, codeOf("etcdserverpb.KV/Put", large));
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, codeOf("etcdserverpb.Watch/Watch", large));
    }

    // spec K-4, RG-4, C-1
    @Test
    void emptyKeysAndNegativeNumbers_areRefusedOrHarmless() {
        try (EtcdClient client = EtcdClient.connect(server.endpoint())) {
            assertEquals(
                    "INVALID_ARGUMENT: etcdserver: key is not provided",
                    assertThrows(StatusRuntimeException.class, () -> client.put("", "v"))
                            .getMessage());
            assertThrows(StatusRuntimeException.class, () -> client.compact(-1));
            client.put("k", "v");
            RangeRequest negative = RangeRequest.newBuilder()
                    .setKey(EtcdClient.bytes("k"))
                    .setRevision(-5)
                    .setLimit(-7)
                    .setMinModRevision(-1)
                    .build();
            assertEquals(1, client.call(KVGrpc.getRangeMethod(), negative).getCount());
        }
    }

    @Test
    void brokenGrpcFrames_endTheCallOnly() {
        byte[] put = {0x0a, 0x01, 'k'};
        for (byte[] frame : List.of(
                RawHttp2.grpcFrame(0, 0x7fff_ffff, put),
                RawHttp2.grpcFrame(0, -1, put),
                RawHttp2.grpcFrame(0, 50, put),
                RawHttp2.grpcFrame(1, put.length, put),
                RawHttp2.grpcFrame(77, put.length, put),
                new byte[] {0, 0},
                new byte[0])) {
            try (RawHttp2 client = RawHttp2.connect(server.endpoint())) {
                client.greet().call(1, PUT, "application/grpc").frame(RawHttp2.DATA, RawHttp2.END_STREAM, 1, frame);
            }
        }
    }

    @Test
    void wrongContentType_isNotServed() {
        try (RawHttp2 client = RawHttp2.connect(server.endpoint())) {
            byte[] put = RawHttp2.grpcFrame(0, 3, new byte[] {0x0a, 0x01, 'k'});
            client.greet().call(1, PUT, "text/plain").frame(RawHttp2.DATA, RawHttp2.END_STREAM, 1, put);
            assertTrue(client.read().length() > 0, "some answer");
        }
        try (EtcdClient client = EtcdClient.connect(server.endpoint())) {
            assertEquals(0, client.get("k-of-wrong-type").getCount());
        }
    }

    @Test
    void brokenHttp2_endsTheConnectionOnly() {
        byte[] zeros = new byte[100];
        byte[] ones = new byte[100];
        Arrays.fill(ones, (byte) 0xff);
        for (byte[] junk : List.of(zeros, ones, "GET / HTTP/9.9\r\n\r\n".getBytes(StandardCharsets.US_ASCII))) {
            try (RawHttp2 client = RawHttp2.connect(server.endpoint())) {
                client.send(junk);
            }
            try (RawHttp2 client = RawHttp2.connect(server.endpoint())) {
                client.greet().send(junk);
            }
            try (RawHttp2 client = RawHttp2.connect(server.endpoint())) {
                client.greet().frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, junk);
            }
            try (RawHttp2 client = RawHttp2.connect(server.endpoint())) {
                client.greet().frame(RawHttp2.DATA, 0, 99, junk); // a stream nobody opened
            }
        }
    }

    @Test
    void connectionResetsAmidRequests_areForgotten() {
        for (int i = 0; i < 200; i++) {
            RawHttp2 client = RawHttp2.connect(server.endpoint());
            client.greet()
                    .call(1, i % 2 == 0 ? PUT : "/etcdserverpb.Watch/Watch", "application/grpc")
                    .frame(RawHttp2.DATA, 0, 1, RawHttp2.grpcFrame(0, 1_000, new byte[i]));
            client.reset();
        }
    }

    // CVE-2023-44487: requests that are taken back at once
    @Test
    void rapidReset_doesNotKeepOthersFromBeingServed() {
        try (RawHttp2 unkind = RawHttp2.connect(server.endpoint());
                EtcdClient polite = EtcdClient.connect(server.endpoint())) {
            unkind.greet();
            for (int stream = 1; stream < 4_000; stream += 2) {
                unkind.call(stream, "/etcdserverpb.Watch/Watch", "application/grpc")
                        .frame(RawHttp2.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
            }
            polite.put("during", "rapid reset");
        }
    }

    @Test
    void manyIdleConnections_areCarried() {
        List<RawHttp2> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                idle.add(RawHttp2.connect(server.endpoint()).greet());
            }
            politeClientIsServed();
        } finally {
            idle.forEach(RawHttp2::close);
        }
    }

    // faults.md W11
    @Test
    void tenThousandWatches_openedAndCancelled() {
        try (EtcdClient client = EtcdClient.connect(server.endpoint());
                WatchStream watch = client.watch()) {
            WatchCreateRequest create = WatchCreateRequest.newBuilder()
                    .setKey(EtcdClient.bytes("w"))
                    .setRangeEnd(EtcdClient.bytes("x"))
                    .build();
            for (int batch = 0; batch < 100; batch++) {
                int before = watch.stream().count();
                for (int i = 0; i < 100; i++) {
                    watch.create(create);
                }
                int created = before + 100;
                Await.until("100 created", TIMEOUT, () -> watch.stream().count() == created);
                watch.stream().answers().subList(before, created).forEach(answer -> watch.cancel(answer.getWatchId()));
                Await.until("100 cancelled", TIMEOUT, () -> watch.stream().count() == created + 100);
            }
            client.put("w", "nobody watches");
            for (int i = 0; i < 1_000; i++) {
                try (WatchStream stream = client.watch()) {
                    stream.create(create);
                }
            }
        }
    }

    // faults.md W12, spec W-32
    @Test
    void thousandWatchersThatDoNotRead_harmNobody() {
        Assumptions.assumeTrue(Target.underTest() == Target.ACTD, "etcd 3.4 keeps the healthy watcher waiting");
        int values = 500;
        List<RawHttp2> deaf = new ArrayList<>();
        try (EtcdClient writer = EtcdClient.connect(server.endpoint());
                EtcdClient reader = EtcdClient.connect(server.endpoint());
                WatchStream healthy = reader.watch()) {
            healthy.createForAll(0);
            healthy.stream().await(0);
            for (int i = 0; i < 10; i++) {
                deaf.add(hundredWatches());
            }
            String value = "v".repeat(10_000);
            for (int i = 0; i < values; i++) {
                writer.put("deaf/" + i % 10, value);
            }
            Await.until(
                    "healthy watcher has all", TIMEOUT, () -> healthy.events(0).size() >= values);
            politeClientIsServed();
        } finally {
            deaf.forEach(RawHttp2::close);
        }
    }

    /** A connection with a hundred watches of everything, from which nobody ever reads a byte. */
    private static RawHttp2 hundredWatches() {
        byte[] create = WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder().setRangeEnd(KeyRange.ZERO))
                .build()
                .toByteArray();
        RawHttp2 connection = RawHttp2.connect(server.endpoint()).greet();
        for (int i = 0; i < 100; i++) {
            int stream = 2 * i + 1;
            connection
                    .call(stream, "/etcdserverpb.Watch/Watch", "application/grpc")
                    .frame(RawHttp2.DATA, 0, stream, RawHttp2.grpcFrame(0, create.length, create));
        }
        return connection;
    }

    private static Status.Code codeOf(String method, byte[] request) {
        try (EtcdClient client = EtcdClient.connect(server.endpoint())) {
            client.call(BytesMethod.unary(method), request);
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    private static long memory() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.endpoint() + "/metrics"))
                .timeout(Duration.ofSeconds(10))
                .build();
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return http.send(request, HttpResponse.BodyHandlers.ofLines())
                    .body()
                    .filter(line -> line.startsWith("process_resident_memory_bytes "))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no process_resident_memory_bytes"));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
