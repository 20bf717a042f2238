package io.actd.e2e.load;

import com.google.protobuf.ByteString;
import io.actd.check.History;
import io.actd.check.Reigns;
import io.actd.e2e.Await;
import io.actd.e2e.client.Rpc;
import io.actd.e2e.server.Target;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchCreateRequest.FilterType;
import io.actd.protocol.mvcc.Event;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a story: writers, watchers and a compactor that go where they are served; one reader, one watcher and a
 * crowd of requests in flight at every member; and holders of leases.
 *
 * <p>They begin when started and end with {@link #finish}; what they saw is judged by {@link Verdict}.
 */
public final class Load {
    private static final int WRITERS = 3;
    private static final int LEASE_HOLDERS = 3;
    private static final int FLOOD_KEYS = 100;
    private static final int PROBES_A_SECOND = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BULK_PATIENCE = Duration.ofMinutes(5);

    private final List<Server> servers;
    private final SplittableRandom random;
    private final Recording recording;
    private final LeaseBook leases = new LeaseBook();
    private final Watches watches;
    private final List<Thread> clients = new ArrayList<>();
    private final List<Thread> bulk = new ArrayList<>();
    private final Compactor compactor;
    private volatile @Nullable JetcdParty jetcd;
    private Duration leaseDelay = Duration.ZERO;
    private volatile boolean clientsEnd;
    private long endNanos; // of the last watch

    private Load(List<? extends Server> servers, Recording recording, long seed) {
        this.servers = List.copyOf(servers);
        this.recording = recording;
        this.random = new SplittableRandom(seed);
        this.watches = new Watches(recording.logged(), leases::saw);
        Client client = new Client(recording.nextClient(), this.servers, 0, recording);
        this.compactor = new Compactor(client, random.split(), this::seen);
    }

    /** Starts the usual clients of these members; what they see is added to the recording. */
    public static Load start(List<? extends Server> servers, Recording recording, long seed) {
        Load load = new Load(servers, recording, seed);
        load.watches.add(load.servers, Watches.everything());
        for (Server server : load.servers) {
            load.watches.add(List.of(server), Watches.everything().setPrevKv(true));
            load.reader(server);
        }
        WatchCreateRequest.Builder noted = Watches.everything().setProgressNotify(true);
        load.watches.add(load.servers, noted.clone().addFilters(FilterType.NOPUT));
        load.watches.add(load.servers.reversed(), noted.setPrevKv(true).addFilters(FilterType.NODELETE));
        load.start("compactor", load.compactor.client(), () -> load.compactor.step(() -> load.clientsEnd));
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
            case 0 -> client.call(Rpc.RANGE, requests.past(seen())).isKnown();
            case 1 -> client.call(Rpc.RANGE, requests.one(false)).isKnown();
            case 2, 3 -> client.call(Rpc.DELETE_RANGE, requests.delete()).isKnown();
            case 4, 5, 6, 7, 8 -> client.call(Rpc.TXN, requests.txn(seen())).isKnown();
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
            case 2 -> client.call(Rpc.RANGE, requests.past(seen())).isKnown();
            case 3, 4 -> client.call(Rpc.RANGE, requests.one(true)).isKnown();
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
        JetcdParty party;
        synchronized (compactor) { // else what jetcd wants to watch may be compacted before it does
            party = new JetcdParty(endpoints, recording, () -> clientsEnd);
            jetcd = party;
        }
        clients.addAll(party.start(random.split(), leases));
        party.awaitWrites(1);
        return this;
    }

    /** Waits until jetcd has written so much from now on. */
    public Load awaitJetcd(int writes) {
        JetcdParty party = jetcd;
        if (party == null) {
            throw new IllegalStateException("there is no jetcd");
        }
        party.awaitWrites(writes);
        return this;
    }

    /** Keeps so many requests of all kinds in flight at each member until the end. */
    public Load crowd(int inFlight) {
        for (Server server : servers) {
            int client = recording.nextClient();
            RandomRequests requests = new RandomRequests(client, random.split());
            Flood flood = new Flood(inFlight, number -> requests.any(seen()), new Tally(recording, client));
            clients.add(Thread.ofPlatform()
                    .daemon()
                    .name("crowd " + client)
                    .start(() -> flood.run(server, () -> clientsEnd)));
        }
        return this;
    }

    /**
     * Adds somebody who puts at an even pace at every member until the end, whatever becomes of earlier puts: a client that
     * waits for its answers would measure its own patience when a leader is lost.
     */
    public Load probe() {
        int client = recording.nextClient();
        Flood flood = new Flood(0, Flood.puts("probe " + client, 1, 0), new Tally(recording, client));
        clients.add(Thread.ofPlatform()
                .daemon()
                .name("probe " + client)
                .start(() -> flood.pour(servers, servers.size() * PROBES_A_SECOND, () -> clientsEnd)));
        return this;
    }

    /** Adds watches of single keys, spread over the members. */
    public Load watchStorm(int howMany) {
        for (int i = 0; i < howMany; i++) {
            watches.add(
                    List.of(servers.get(i % servers.size())),
                    WatchCreateRequest.newBuilder().setKey(RandomRequests.key(i)));
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
        Tally tally = new Tally(recording, client);
        long begin = System.nanoTime();
        new Flood(inFlight / servers.size() + 1, Flood.puts("flood " + client, FLOOD_KEYS, valueBytes), tally)
                .run(servers, howMany);
        return tally.pace(howMany, System.nanoTime() - begin);
    }

    /** Puts so many values a second, whatever becomes of them; returns when all are answered or have failed. */
    public Pace pour(double perSecond, Duration time, int valueBytes) {
        int client = recording.nextClient();
        Tally tally = new Tally(recording, client);
        long begin = System.nanoTime();
        int sent = new Flood(0, Flood.puts("flood " + client, FLOOD_KEYS, valueBytes), tally)
                .pour(servers, (int) perSecond, () -> System.nanoTime() - begin > time.toNanos());
        return tally.pace(sent, System.nanoTime() - begin);
    }

    /** Begins to send requests of all kinds as fast as they are answered, so many in flight at each member. */
    public Load bulk(int inFlight, int atEach) {
        for (Server server : servers) {
            int client = recording.nextClient();
            RandomRequests requests = new RandomRequests(client, random.split());
            Flood flood = new Flood(inFlight, number -> requests.any(seen()), new Tally(recording, client));
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

    private void start(String what, Client client, BooleanSupplier step) {
        clients.add(Thread.ofPlatform()
                .daemon()
                .name(what + " " + client.number())
                .start(() -> client.repeat(step, () -> clientsEnd)));
    }

    /** Waits until so many writes called from now on are acknowledged. */
    public Load awaitWrites(int howMany) {
        recording.mark();
        Await.until(howMany + " acknowledged writes", PATIENCE, () -> recording.writesSinceMark() >= howMany);
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

    /** The longest time since then in which no write was acknowledged. */
    public Duration silenceSince(long nanos) {
        return Duration.ofNanos(recording.longestSilenceNanos(nanos, System.nanoTime()));
    }

    /** From that moment to the first write acknowledged by a leader that came after it. */
    public Duration untilAnotherLed(long nanos) {
        return Duration.ofNanos(new Reigns(recording.ofThisStory()).firstSeenAfter(nanos) - nanos);
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

    /** The log has everything up to this revision, and so has jetcd. */
    private long seen() {
        JetcdParty party = jetcd;
        return party == null ? watches.seen() : Math.min(watches.seen(), party.lastRevision());
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
        JetcdParty party = jetcd;
        if (party != null) {
            party.awaitWrites(1); // whatever happened, it gets on
        }
        clientsEnd = true;
        clients.forEach(Load::join);
        compactor.finish();
        long last = putAtEveryMember();
        watches.awaitAll(last, PATIENCE);
        if (party != null) {
            party.finish(last);
        }
        watches.end(party == null ? last : Math.max(last, party.lastRevision()), PATIENCE);
        endNanos = System.nanoTime();
        List<History.Watch> parts = new ArrayList<>(watches.parts());
        if (party != null) {
            parts.addAll(party.watched());
        }
        return new History(recording.operations(), recording.log(watches.events()), parts, recording.mayExpire());
    }

    /** What is wrong with what jetcd handed on, a sentence each. */
    List<String> problemsOfJetcd(List<Event> log) {
        JetcdParty party = jetcd;
        return party == null ? List.of() : party.problems(log);
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
        watches.abandon();
    }

    private static void join(Thread thread) {
        join(thread, PATIENCE);
    }

    static void join(Thread thread, Duration patience) {
        try {
            if (!thread.join(patience)) {
                throw new AssertionError(thread + " does not end");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
