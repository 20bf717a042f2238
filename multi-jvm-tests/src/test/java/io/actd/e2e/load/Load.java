package io.actd.e2e.load;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.check.History;
import io.actd.check.KeyRange;
import io.actd.e2e.Await;
import io.actd.e2e.client.Rpc;
import io.actd.e2e.server.Target;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.mvcc.Event;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a story: writers and a watcher that go where they are served; one reader, one watcher and a crowd of
 * requests in flight at every member; and holders of leases.
 *
 * <p>They begin when started and end with {@link #finish}; what they saw is judged by {@link Verdict}.
 */
public final class Load {
    private static final int WRITERS = 3;
    private static final int LEASE_HOLDERS = 3;
    private static final int FLOOD_KEYS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BULK_PATIENCE = Duration.ofMinutes(5);

    private final List<Server> servers;
    private final SplittableRandom random;
    private final Recording recording;
    private final LeaseBook leases = new LeaseBook();
    private final List<ResumingWatch> watches = new ArrayList<>();
    private final List<Thread> clients = new ArrayList<>();
    private final List<Thread> bulk = new ArrayList<>();
    private final List<Thread> watchers = new ArrayList<>();
    private @Nullable JetcdParty jetcd;
    private Duration leaseDelay = Duration.ZERO;
    private volatile boolean clientsEnd;
    private volatile boolean othersEnd; // all watches but the first
    private volatile boolean firstEnds;
    private long endNanos; // of the last watch

    private Load(List<? extends Server> servers, Recording recording, long seed) {
        this.servers = List.copyOf(servers);
        this.recording = recording;
        this.random = new SplittableRandom(seed);
    }

    /** Starts the usual clients of these members; what they see is added to the recording. */
    public static Load start(List<? extends Server> servers, Recording recording, long seed) {
        Load load = new Load(servers, recording, seed);
        for (Server server : load.servers) {
            load.watch(List.of(server), KeyRange.ZERO, KeyRange.ZERO);
            load.reader(server);
        }
        load.watch(load.servers, KeyRange.ZERO, KeyRange.ZERO);
        for (int i = 0; i < WRITERS; i++) {
            load.writer(i);
        }
        for (int i = 0; i < LEASE_HOLDERS; i++) {
            load.leaseHolder(i);
        }
        return load;
    }

    private void writer(int first) {
        Client client = new Client(recording.nextClient(), servers, first, recording);
        RandomRequests requests = new RandomRequests(client.number(), random.split());
        start("writer", client, () -> switch (requests.choose(16)) {
            case 0, 1 -> client.call(Rpc.RANGE, requests.one(false)).isKnown();
            case 2, 3 -> client.call(Rpc.DELETE_RANGE, requests.delete()).isKnown();
            case 4, 5, 6, 7, 8 -> client.call(Rpc.TXN, requests.txn()).isKnown();
            // etcd 3.4 executes a revocation again after some crashes; the checker found it (compare faults.md D8).
            case 9 -> Target.underTest() != Target.ACTD || revokeAndGrantAgain(client, requests.revoke());
            default -> client.call(Rpc.PUT, requests.put()).isKnown();
        });
    }

    /** Grants change no revision, so they are not recorded; two clients may race for one lease. */
    private static boolean revokeAndGrantAgain(Client client, LeaseRevokeRequest revoke) {
        if (!client.call(Rpc.LEASE_REVOKE, revoke).isKnown()) {
            return false;
        }
        try {
            client.connection().call(Rpc.LEASE_GRANT, RandomRequests.grantAgain(revoke));
            return true;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode() == Status.Code.FAILED_PRECONDITION; // it is there
        }
    }

    private void reader(Server server) {
        Client client = new Client(recording.nextClient(), List.of(server), 0, recording);
        RandomRequests requests = new RandomRequests(client.number(), random.split());
        start("reader", client, () -> switch (requests.choose(8)) {
            case 0 -> client.call(Rpc.RANGE, requests.all(false)).isKnown();
            case 1 -> client.call(Rpc.RANGE, requests.all(true)).isKnown();
            case 2, 3, 4 -> client.call(Rpc.RANGE, requests.one(true)).isKnown();
            default -> client.call(Rpc.RANGE, requests.one(false)).isKnown();
        });
    }

    private void leaseHolder(int first) {
        Client client = new Client(recording.nextClient(), servers, first, recording);
        LeaseHolder holder = new LeaseHolder(client, leases, () -> clientsEnd);
        start("lease holder", client, holder::liveOnce);
    }

    /** Adds a program that uses jetcd: it writes, reads, watches everything and holds leases. */
    public Load jetcd(List<URI> endpoints) {
        JetcdParty party = new JetcdParty(endpoints, recording, () -> clientsEnd);
        clients.addAll(party.start(random.split(), leases));
        party.awaitWrites(1);
        jetcd = party;
        return this;
    }

    /** Waits until jetcd has written so much from now on. */
    public Load awaitJetcd(int writes) {
        if (jetcd == null) {
            throw new IllegalStateException("there is no jetcd");
        }
        jetcd.awaitWrites(writes);
        return this;
    }

    /** Keeps so many requests of all kinds in flight at each member until the end. */
    public Load crowd(int inFlight) {
        for (Server server : servers) {
            int client = recording.nextClient();
            RandomRequests requests = new RandomRequests(client, random.split());
            Flood flood = new Flood(inFlight, number -> requests.any(), new Tally(client));
            clients.add(Thread.ofPlatform()
                    .daemon()
                    .name("crowd " + client)
                    .start(() -> flood.run(server, () -> clientsEnd)));
        }
        return this;
    }

    /** Adds watches of single keys, spread over the members. */
    public Load watchStorm(int howMany) {
        for (int i = 0; i < howMany; i++) {
            watch(List.of(servers.get(i % servers.size())), RandomRequests.key(i), ByteString.EMPTY);
        }
        return this;
    }

    /** Begins to grant leases that nobody renews, at each member as many. */
    public Load leaseStorm(int atEach) {
        for (int i = 0; i < servers.size(); i++) {
            Client client = new Client(recording.nextClient(), servers, i, recording);
            LeaseHolder holder = new LeaseHolder(client, leases, () -> clientsEnd);
            clients.add(Thread.ofPlatform().daemon().name("lease storm " + i).start(() -> holder.leave(atEach)));
        }
        return this;
    }

    /** Leases may end so much later than they are owed otherwise. */
    public Load leasesMayEndLaterBy(Duration delay) {
        leaseDelay = delay;
        return this;
    }

    Duration leaseDelay() {
        return leaseDelay;
    }

    /** Waits until so many leases have ended since the start. */
    public Load awaitLeasesEnded(int howMany) {
        Await.until(howMany + " leases end", PATIENCE, () -> leases.ended() >= howMany);
        return this;
    }

    /** Puts values as fast as they are sent, so many in flight; returns when all are answered or have failed. */
    public Pace flood(int inFlight, int howMany, int valueBytes) {
        int client = recording.nextClient();
        Tally tally = new Tally(client);
        long begin = System.nanoTime();
        new Flood(inFlight / servers.size() + 1, Flood.puts("flood " + client, FLOOD_KEYS, valueBytes), tally)
                .run(servers, howMany);
        return new Pace(tally.answered.get(), tally.refused.get(), howMany, System.nanoTime() - begin);
    }

    /** Begins to send requests of all kinds as fast as they are answered, so many in flight at each member. */
    public Load bulk(int inFlight, int atEach) {
        for (Server server : servers) {
            int client = recording.nextClient();
            RandomRequests requests = new RandomRequests(client, random.split());
            Flood flood = new Flood(inFlight, number -> requests.any(), new Tally(client));
            bulk.add(Thread.ofPlatform()
                    .daemon()
                    .name("bulk " + client)
                    .start(() -> flood.run(List.of(server), atEach)));
        }
        return this;
    }

    /** Waits for the end of {@link #bulk}. */
    public Load awaitBulk() {
        bulk.forEach(thread -> join(thread, BULK_PATIENCE));
        return this;
    }

    /** Keep-alives that were answered with a life. */
    public int renewals() {
        return leases.renewals();
    }

    private final class Tally implements Flood.Listener {
        private final int client;
        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicInteger refused = new AtomicInteger();

        Tally(int client) {
            this.client = client;
        }

        @Override
        public void answered(String server, Message request, long begin, Message response) {
            recording.answered(client, server, request, begin, response);
            answered.incrementAndGet();
        }

        @Override
        public void failed(String server, Message request, long begin, Status status) {
            if (recording.failed(client, server, request, begin, status) == Outcome.REFUSED) {
                refused.incrementAndGet();
            }
        }
    }

    private void start(String what, Client client, BooleanSupplier step) {
        clients.add(Thread.ofPlatform()
                .daemon()
                .name(what + " " + client.number())
                .start(() -> client.repeat(step, () -> clientsEnd)));
    }

    private void watch(List<Server> at, ByteString key, ByteString rangeEnd) {
        boolean isFirst = watches.isEmpty();
        boolean prevKv = watches.size() == 1;
        ResumingWatch watch = new ResumingWatch(at, key, rangeEnd, recording.logged(), prevKv, leases::saw);
        watches.add(watch);
        watchers.add(Thread.ofVirtual().start(() -> watch.run(() -> isFirst ? firstEnds : othersEnd)));
    }

    /** Waits until so many writes called from now on are acknowledged. */
    public Load awaitWrites(int howMany) {
        recording.mark();
        Await.until(howMany + " acknowledged writes", PATIENCE, () -> recording.writesSinceMark() >= howMany);
        return this;
    }

    /** Waits for a write that is called from now on to be acknowledged, and prints how long after that moment that was. */
    public Load awaitWriteSince(long nanos) {
        awaitWrites(1);
        System.out.println("writes are back after " + (System.nanoTime() - nanos) / 1_000_000 + " ms");
        return this;
    }

    /** Lets the clients go on for a while; some write must be acknowledged meanwhile. */
    public Load goOn(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        awaitWrites(1);
        Await.until("time passes", PATIENCE.plus(time), () -> System.nanoTime() >= until);
        return this;
    }

    /** The same; prints and returns how many writes a second were acknowledged. */
    public double writesPerSecond(String when, Duration time) {
        long begin = System.nanoTime();
        goOn(time);
        double each = recording.writesSinceMark() * 1e9 / (System.nanoTime() - begin);
        System.out.printf("%s: %.0f writes/s, p99 %.0f ms%n", when, each, recording.p99SinceMark());
        return each;
    }

    /** Whether no write that is called from now on is acknowledged within this time. */
    public boolean standsStill(Duration time) {
        recording.mark();
        long until = System.nanoTime() + time.toNanos();
        Await.until("time passes", PATIENCE.plus(time), () -> System.nanoTime() >= until);
        return recording.writesSinceMark() == 0;
    }

    /** What was recorded so far. */
    public Recording recording() {
        return recording;
    }

    /** Every watch has seen everything up to this revision. */
    public long seenByAll() {
        return watches.stream().mapToLong(ResumingWatch::lastRevision).min().orElse(1);
    }

    /** When the last watch ended: nothing was seen after that. */
    long endNanos() {
        return endNanos;
    }

    LeaseBook leases() {
        return leases;
    }

    /** Ends all clients, puts once more at each member, and waits until every watch has seen that. */
    public History finish() {
        awaitBulk();
        if (jetcd != null) {
            jetcd.awaitWrites(1); // whatever happened, it gets on
        }
        clientsEnd = true;
        clients.forEach(Load::join);
        long last = putAtEveryMember();
        ResumingWatch first = watches.get(0);
        Await.until("revision " + last + " on the first watch", PATIENCE, () -> first.lastRevision() >= last);
        List<Event> upToLast = first.events();
        watches.forEach(watch -> watch.awaitAllOf(upToLast, PATIENCE));
        if (jetcd != null) {
            jetcd.finish(last);
        }
        // Leases may still end: the first watch is the log, so it must not be behind any other.
        othersEnd = true;
        watchers.subList(1, watchers.size()).forEach(Load::join);
        long newest = Math.max(
                watches.stream().mapToLong(ResumingWatch::lastRevision).max().orElse(last),
                jetcd == null ? 0 : jetcd.lastRevision());
        Await.until("revision " + newest + " on the first watch", PATIENCE, () -> first.lastRevision() >= newest);
        firstEnds = true;
        join(watchers.get(0));
        endNanos = System.nanoTime();
        List<History.Watch> parts = new ArrayList<>();
        watches.forEach(watch -> parts.addAll(watch.parts()));
        if (jetcd != null) {
            parts.addAll(jetcd.watched());
        }
        return new History(recording.operations(), recording.log(first.events()), parts, recording.mayExpire());
    }

    /** What is wrong with what jetcd handed on, a sentence each. */
    List<String> problemsOfJetcd(List<Event> log) {
        return jetcd == null ? List.of() : jetcd.problems(log);
    }

    private long putAtEveryMember() {
        for (Server server : servers) {
            try (Client client = new Client(recording.nextClient(), List.of(server), 0, recording)) {
                Await.until("a put goes through at " + server.identity(), PATIENCE, () -> {
                    boolean done = client.call(Rpc.PUT, lastWords(client.number())) == Outcome.ANSWERED;
                    if (!done) {
                        client.moveOn();
                    }
                    return done;
                });
            }
        }
        return recording.lastRevision();
    }

    private PutRequest lastWords(int client) {
        return PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("last"))
                .setValue(ByteString.copyFromUtf8("words of " + client + ", " + random.nextLong()))
                .build();
    }

    /** Ends everything at once, whatever it is doing. */
    public void abandon() {
        clientsEnd = true;
        othersEnd = true;
        firstEnds = true;
    }

    private static void join(Thread thread) {
        join(thread, PATIENCE);
    }

    private static void join(Thread thread, Duration patience) {
        try {
            if (!thread.join(patience)) {
                throw new AssertionError(thread + " does not end");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
