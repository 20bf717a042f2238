package io.actd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.e2e.server.ServerProcess;
import io.actd.e2e.server.Servers;
import io.actd.e2e.server.Target;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.cluster.Member;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.PutResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.lease.LeaseTimeToLiveResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.support.CloseableClient;
import io.etcd.jetcd.support.Observers;
import io.etcd.jetcd.watch.WatchEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** jetcd 0.8.5, the usual Java client, against one member. */
class JetcdIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @RegisterExtension
    static final Servers SERVERS = new Servers();

    private static ServerProcess server;

    private Client client;

    @BeforeAll
    static void startServer() {
        server = SERVERS.start();
    }

    @BeforeEach
    void connect() {
        client = Client.builder().endpoints("http://" + server.endpoint()).build();
        get(client.getKVClient()
                .delete(
                        bytes("\0"),
                        DeleteOption.builder().withRange(bytes("\0")).build()));
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    // spec, P-4
    @Test
    void put_countsVersionsAndReturnsPrevious() {
        PutResponse first = put("k", "one");
        PutResponse second = get(client.getKVClient()
                .put(bytes("k"), bytes("two"), PutOption.builder().withPrevKV().build()));

        KeyValue pair = get(client.getKVClient().get(bytes("k"))).getKvs().get(0);
        assertEquals(first.getHeader().getRevision() + 1, second.getHeader().getRevision());
        assertEquals("one", text(second.getPrevKv().getValue()));
        assertEquals("two", text(pair.getValue()));
        assertEquals(first.getHeader().getRevision(), pair.getCreateRevision());
        assertEquals(second.getHeader().getRevision(), pair.getModRevision());
        assertEquals(2, pair.getVersion());
    }

    // spec RG-5…RG-12
    @Test
    void get_obeysEveryOption() {
        long first = put("a1", "3").getHeader().getRevision();
        put("a2", "2");
        put("a3", "1");
        put("b", "0");
        long last = put("a1", "9").getHeader().getRevision();

        GetResponse limited = range("a", GetOption.builder().isPrefix(true).withLimit(2));
        assertEquals(List.of("a1", "a2"), keys(limited));
        assertTrue(limited.isMore());
        assertEquals(3, limited.getCount());
        assertEquals(
                List.of("a1", "a2", "a3", "b"),
                keys(range("a", GetOption.builder().withRange(bytes("\0")))));
        assertEquals(
                List.of("a3", "a2", "a1"),
                keys(range(
                        "a",
                        GetOption.builder()
                                .isPrefix(true)
                                .withSortField(GetOption.SortTarget.VALUE)
                                .withSortOrder(GetOption.SortOrder.ASCEND))));
        assertEquals(
                List.of("a3", "a2", "a1"),
                keys(range(
                        "a",
                        GetOption.builder()
                                .isPrefix(true)
                                .withSortField(GetOption.SortTarget.KEY)
                                .withSortOrder(GetOption.SortOrder.DESCEND))));
        assertEquals(
                "3",
                text(range("a1", GetOption.builder().withRevision(first))
                        .getKvs()
                        .get(0)
                        .getValue()));
        assertEquals(
                "",
                text(range("a1", GetOption.builder().withKeysOnly(true))
                        .getKvs()
                        .get(0)
                        .getValue()));
        GetResponse counted = range("a", GetOption.builder().isPrefix(true).withCountOnly(true));
        assertEquals(3, counted.getCount());
        assertEquals(List.of(), counted.getKvs());
        assertEquals(
                List.of("a1"),
                keys(range("a", GetOption.builder().isPrefix(true).withMinModRevision(last))));
        assertEquals(
                List.of("a2", "a3"),
                keys(range("a", GetOption.builder().isPrefix(true).withMaxModRevision(last - 1))));
        assertEquals(
                List.of("a1"),
                keys(range("a", GetOption.builder().isPrefix(true).withMaxCreateRevision(first))));
        assertEquals(
                List.of("a2", "a3"),
                keys(range("a", GetOption.builder().isPrefix(true).withMinCreateRevision(first + 1))));
        assertEquals(List.of("a1"), keys(range("a1", GetOption.builder().withSerializable(true))));
        assertEquals(0, range("none", GetOption.builder()).getCount());
    }

    // spec D-1…D-3
    @Test
    void delete_returnsWhatWasThere() {
        put("d1", "one");
        long revision = put("d2", "two").getHeader().getRevision();

        var deleted = get(client.getKVClient()
                .delete(
                        bytes("d"),
                        DeleteOption.builder().isPrefix(true).withPrevKV(true).build()));
        var nothing = get(client.getKVClient().delete(bytes("d1")));

        assertEquals(2, deleted.getDeleted());
        assertEquals(revision + 1, deleted.getHeader().getRevision());
        assertEquals(
                List.of("one", "two"),
                deleted.getPrevKvs().stream().map(pair -> text(pair.getValue())).toList());
        assertEquals(0, nothing.getDeleted());
        assertEquals(revision + 1, nothing.getHeader().getRevision());
    }

    // spec TX-7, TX-13, TX-14
    @Test
    void txn_takesTheBranchItsComparesSay() {
        put("t", "old");
        Cmp isOld = new Cmp(bytes("t"), Cmp.Op.EQUAL, CmpTarget.value(bytes("old")));
        Cmp missing = new Cmp(bytes("t2"), Cmp.Op.EQUAL, CmpTarget.createRevision(0));
        Op put = Op.put(
                bytes("t"), bytes("new"), PutOption.builder().withPrevKV().build());
        Op read = Op.get(bytes("t"), GetOption.DEFAULT);

        TxnResponse taken = get(client.getKVClient()
                .txn()
                .If(isOld, missing)
                .Then(put, read)
                .Else(read)
                .commit());
        TxnResponse notTaken =
                get(client.getKVClient().txn().If(isOld).Then(put).Else(read).commit());

        assertTrue(taken.isSucceeded());
        assertEquals("old", text(taken.getPutResponses().get(0).getPrevKv().getValue()));
        assertEquals("new", text(taken.getGetResponses().get(0).getKvs().get(0).getValue()));
        assertFalse(notTaken.isSucceeded());
        assertEquals(
                "new", text(notTaken.getGetResponses().get(0).getKvs().get(0).getValue()));
        assertEquals(taken.getHeader().getRevision(), notTaken.getHeader().getRevision());
    }

    // spec TX-2…TX-4; errors.md §1
    @Test
    void refusals_carryEtcdsTexts() {
        Op put = Op.put(bytes("same"), bytes("v"), PutOption.DEFAULT);
        Op[] tooMany = IntStream.range(0, 129)
                .mapToObj(i -> Op.put(bytes("k" + i), bytes("v"), PutOption.DEFAULT))
                .toArray(Op[]::new);

        assertRefused(
                "etcdserver: duplicate key given in txn request",
                client.getKVClient().txn().Then(put, put).commit());
        assertRefused(
                "etcdserver: too many operations in txn request",
                client.getKVClient().txn().Then(tooMany).commit());
        assertRefused("etcdserver: key is not provided", client.getKVClient().put(bytes(""), bytes("v")));
        assertRefused(
                "etcdserver: requested lease not found",
                client.getKVClient()
                        .put(
                                bytes("k"),
                                bytes("v"),
                                PutOption.builder().withLeaseId(4711).build()));
        assertRefused(
                "etcdserver: requested lease not found", client.getLeaseClient().revoke(4711));
    }

    // spec RG-4, C-1
    @Test
    void compaction_makesOldRevisionsUnreadable() {
        long first = put("c", "one").getHeader().getRevision();
        long second = put("c", "two").getHeader().getRevision();
        get(client.getKVClient().compact(second));

        assertRefused(
                "etcdserver: mvcc: required revision has been compacted",
                client.getKVClient()
                        .get(bytes("c"), GetOption.builder().withRevision(first).build()));
        assertRefused(
                "etcdserver: mvcc: required revision has been compacted",
                client.getKVClient().compact(second));
        assertRefused(
                "etcdserver: mvcc: required revision is a future revision",
                client.getKVClient().compact(second + 10));
        assertEquals(1, range("c", GetOption.builder().withRevision(second)).getCount());
    }

    // spec W-14, W-30: neither a gap nor a repetition
    @Test
    void watch_goesOnOverRestart() {
        List<WatchEvent> seen = new CopyOnWriteArrayList<>();
        // jetcd does not wait until the watch is made: one from now on may begin after the first puts.
        long next = put("before", "").getHeader().getRevision() + 1;
        WatchOption options = WatchOption.builder()
                .isPrefix(true)
                .withPrevKV(true)
                .withRevision(next)
                .build();
        try (Watch.Watcher watcher =
                client.getWatchClient().watch(bytes("w"), options, answer -> seen.addAll(answer.getEvents()))) {
            List<String> written = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 20; i++) {
                    written.add("v" + round + "." + i);
                    put("w" + i, "v" + round + "." + i);
                }
                Await.until("events of round " + round, TIMEOUT, () -> seen.size() >= written.size());
                assertEquals(
                        written,
                        seen.stream()
                                .map(event -> text(event.getKeyValue().getValue()))
                                .toList());
                server.kill9();
                server.restart();
            }
            get(client.getKVClient().delete(bytes("w0")));
            Await.until("delete event", TIMEOUT, () -> seen.size() == written.size() + 1);
            WatchEvent last = seen.get(seen.size() - 1);
            assertEquals(WatchEvent.EventType.DELETE, last.getEventType());
            assertEquals("v2.0", text(last.getPrevKV().getValue()));
        }
    }

    // spec W-5, W-13
    @Test
    void watch_ofThePast_startsWhereAsked() {
        long first = put("h", "one").getHeader().getRevision();
        put("h", "two");
        get(client.getKVClient().delete(bytes("h")));
        List<WatchEvent> seen = new CopyOnWriteArrayList<>();
        WatchOption options =
                WatchOption.builder().withRevision(first).withNoPut(true).build();
        try (Watch.Watcher watcher =
                client.getWatchClient().watch(bytes("h"), options, answer -> seen.addAll(answer.getEvents()))) {
            Await.until("delete event", TIMEOUT, () -> !seen.isEmpty());
            assertEquals(WatchEvent.EventType.DELETE, seen.get(0).getEventType());
            assertEquals(1, seen.size());
        }
    }

    // spec W-25
    @Test
    void watch_ofCompactedHistory_isTold() {
        long first = put("o", "one").getHeader().getRevision();
        long second = put("o", "two").getHeader().getRevision();
        get(client.getKVClient().compact(second));
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        WatchOption options = WatchOption.builder().withRevision(first).build();
        try (Watch.Watcher watcher =
                client.getWatchClient().watch(bytes("o"), options, Watch.listener(answer -> {}, failure::complete))) {
            String told = String.valueOf(get(failure).getMessage());
            assertTrue(told.contains("required revision has been compacted"), told);
        }
    }

    // spec L-1, L-4, L-9, L-16
    @Test
    void lease_ownsItsKeysUntilRevoked() {
        long lease = get(client.getLeaseClient().grant(500)).getID();
        PutOption leased = PutOption.builder().withLeaseId(lease).build();
        get(client.getKVClient().put(bytes("l1"), bytes("v"), leased));
        get(client.getKVClient().put(bytes("l2"), bytes("v"), leased));
        put("l2", "detached");

        LeaseTimeToLiveResponse left = get(client.getLeaseClient()
                .timeToLive(lease, LeaseOption.builder().withAttachedKeys().build()));
        assertEquals(500, left.getGrantedTTL());
        assertTrue(left.getTTL() > 400 && left.getTTL() <= 500, "TTL " + left.getTTL());
        assertEquals(List.of("l1"), left.getKeys().stream().map(JetcdIT::text).toList());
        assertEquals(500, get(client.getLeaseClient().keepAliveOnce(lease)).getTTL());

        get(client.getLeaseClient().revoke(lease));
        assertEquals(List.of("l2"), keys(range("l", GetOption.builder().isPrefix(true))));
        assertEquals(
                -1,
                get(client.getLeaseClient().timeToLive(lease, LeaseOption.DEFAULT))
                        .getTTL());
    }

    // spec L-2, L-5, L-10
    @Test
    void lease_livesWhileKeptAlive_andExpiresAfterwards() {
        long lease = get(client.getLeaseClient().grant(2)).getID();
        get(client.getKVClient()
                .put(
                        bytes("e"),
                        bytes("v"),
                        PutOption.builder().withLeaseId(lease).build()));
        List<LeaseKeepAliveResponse> renewals = new CopyOnWriteArrayList<>();
        try (CloseableClient keepAlive = client.getLeaseClient().keepAlive(lease, Observers.observer(renewals::add))) {
            Await.until("six renewals, longer than the lease", TIMEOUT, () -> renewals.size() >= 6);
            assertEquals(1, range("e", GetOption.builder()).getCount());
        }
        Await.until("expiry", TIMEOUT, () -> range("e", GetOption.builder()).getCount() == 0);
    }

    // spec MT-9, MT-15, M-1, M-2, CT-20
    @Test
    void maintenanceAndCluster_tellAboutTheMember() {
        put("m", "v");
        var status = get(client.getMaintenanceClient().statusMember("http://" + server.endpoint()));
        var hash = get(client.getMaintenanceClient().hashKV("http://" + server.endpoint(), 0));
        List<Member> members = get(client.getClusterClient().listMember()).getMembers();

        assertTrue(status.getDbSize() > 0);
        assertTrue(status.getVersion().matches("3\\.\\d+\\.\\d+.*"), status.getVersion());
        assertEquals(status.getHeader().getMemberId(), status.getLeader());
        assertNotEquals(0, hash.getHash());
        assertEquals(1, members.size());
        assertEquals(status.getHeader().getMemberId(), members.get(0).getId());
        assertEquals("default", members.get(0).getName());
        assertEquals(
                "http://" + server.endpoint(),
                members.get(0).getClientURIs().get(0).toString());
        assertEquals(Target.underTest() == Target.ETCD, status.getVersion().equals("3.4.23"));
    }

    private void assertRefused(String text, CompletableFuture<?> answer) {
        ExecutionException refusal =
                assertThrows(ExecutionException.class, () -> answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
        assertTrue(String.valueOf(refusal.getMessage()).endsWith(text), () -> refusal.getMessage() + " is not " + text);
    }

    private PutResponse put(String key, String value) {
        return get(client.getKVClient().put(bytes(key), bytes(value)));
    }

    private GetResponse range(String key, GetOption.Builder options) {
        return get(client.getKVClient().get(bytes(key), options.build()));
    }

    private static List<String> keys(GetResponse response) {
        return response.getKvs().stream().map(pair -> text(pair.getKey())).toList();
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    private static String text(ByteSequence bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
