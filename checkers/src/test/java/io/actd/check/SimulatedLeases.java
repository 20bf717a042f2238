package io.actd.check;

import com.google.protobuf.ByteString;
import io.actd.check.History.Rule;
import io.actd.check.LeaseStory.Renewal;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.LeaseRevokeResponse;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes histories of leases, their holders, and one who reads and one who writes all the time; the leader changes in the
 * middle of some. With a flaw in one lease if wanted.
 */
final class SimulatedLeases {
    static final long GRACE_NANOS = 1_000;
    static final long ELECTION_NANOS = 700;
    static final long END_NANOS = 40_000;

    private static final long READ_EVERY_NANOS = 50;
    private static final long LONGEST_SILENCE_NANOS = 200;
    private static final long SECURE_NANOS = 3 * READ_EVERY_NANOS; // long enough that a reader saw it

    /** What a server could do wrong with a lease, and the promise that breaks. */
    enum Flaw {
        /** Ends it before its time. */
        EARLY(Rule.LEASE_NOT_EARLY),
        /** Forgets it: its keep-alive is told that it does not exist, although nobody revoked it. */
        LOST(Rule.LEASE_NOT_EARLY),
        /** Ends it, but long after its time. */
        LATE(Rule.LEASE_NOT_LATE),
        /** Never ends it. */
        IMMORTAL(Rule.LEASE_NOT_LATE),
        /** Ends it, but leaves one of its keys. */
        KEY_LEFT(Rule.LEASE_LEAVES_NOTHING),
        /** Says that there is no such lease, and leaves the only key. */
        ONLY_KEY_LEFT(Rule.LEASE_LEAVES_NOTHING),
        /** Takes a put with it after it has ended. */
        PUT_AFTER_ITS_END(Rule.LEASE_LEAVES_NOTHING),
        /** Renews it after it has ended and its key is gone. */
        REVIVED(Rule.LEASE_STAYS_GONE),
        /** Renews it after it has told its holder that it does not exist. */
        RENEWED_AFTER_REFUSAL(Rule.LEASE_STAYS_GONE),
        /** Renews it after it was revoked. */
        RENEWED_AFTER_REVOCATION(Rule.LEASE_STAYS_GONE);

        private final Rule rule;

        Flaw(Rule rule) {
            this.rule = rule;
        }

        Rule rule() {
            return rule;
        }
    }

    /** What a server did and what clients saw of it. */
    record Seen(History history, List<LeaseStory> stories) {}

    private record Change(long atNanos, String key, int lease, boolean put) {}

    private final SplittableRandom random;
    private final List<Change> changes = new ArrayList<>();
    private final List<LeaseStory> stories = new ArrayList<>();
    private final List<Operation> operations = new ArrayList<>();
    private final List<Operation> revocations = new ArrayList<>(); // not answered yet
    private final long newLeaderNanos;

    private SimulatedLeases(long seed) {
        random = new SplittableRandom(seed);
        newLeaderNanos = random.nextBoolean() ? END_NANOS : 2_000 + random.nextLong(8_000);
    }

    static Seen correct(long seed) {
        SimulatedLeases leases = new SimulatedLeases(seed);
        for (int i = 1; i <= 5; i++) leases.addCorrect(i);
        return leases.seen();
    }

    /** The first of the leases is not as it should be. */
    static Seen flawed(long seed, Flaw flaw) {
        SimulatedLeases leases = new SimulatedLeases(seed);
        leases.addFlawed(flaw);
        for (int i = 2; i <= 5; i++) leases.addCorrect(i);
        return leases.seen();
    }

    private long ttlNanos() {
        return 2_000 + random.nextInt(4_000);
    }

    private List<Renewal> renewals(long ttlNanos) {
        List<Renewal> renewals = new ArrayList<>();
        long at = random.nextInt(2_000);
        for (int i = 0; i <= random.nextInt(4); i++) {
            renewals.add(new Renewal(at, at + 1 + random.nextInt(100)));
            at += 100 + random.nextLong(ttlNanos / 2);
        }
        return renewals;
    }

    private static Renewal last(List<Renewal> renewals) {
        return renewals.get(renewals.size() - 1);
    }

    private void addCorrect(int id) {
        long ttl = ttlNanos();
        List<Renewal> renewals = renewals(ttl);
        long tried = last(renewals).returnNanos();
        if (random.nextInt(4) == 0) { // an attempt that got no answer; it may have renewed the lease or not
            tried += 200;
        }
        long renewed = last(renewals).callNanos()
                + random.nextLong(tried - last(renewals).callNanos());
        if (random.nextInt(4) == 0) {
            long revoked = tried + random.nextLong(ttl / 2);
            revoke(id, revoked);
            add(id, ttl, renewals, true, tried, revoked, revoked + 50);
        } else {
            long end = renewed + ttl + random.nextLong(GRACE_NANOS / 2);
            if (newLeaderNanos < renewed + ttl) // it may know how much was left, or not
            end = Math.max(end, newLeaderNanos + random.nextLong(ttl + ELECTION_NANOS));
            add(id, ttl, renewals, false, tried, end, random.nextBoolean() ? LeaseStory.NEVER : end + 60);
        }
    }

    private void addFlawed(Flaw flaw) {
        int id = 1;
        long ttl = ttlNanos();
        List<Renewal> renewals = renewals(ttl);
        long call = last(renewals).callNanos();
        long tried = last(renewals).returnNanos();
        long due = tried + ttl;
        switch (flaw) {
            case EARLY -> {
                long end = tried + random.nextLong(ttl - 2 * SECURE_NANOS);
                add(id, ttl, renewals, false, tried, end, LeaseStory.NEVER);
            }
            case LOST -> add(id, ttl, renewals, false, tried, due, call + random.nextLong(ttl));
            case LATE -> {
                long promoted = newLeaderNanos < END_NANOS ? newLeaderNanos : 0;
                long owed = promoted + ttl + ELECTION_NANOS;
                long late = GRACE_NANOS + LONGEST_SILENCE_NANOS + SECURE_NANOS + random.nextLong(1_000);
                add(id, ttl, renewals, false, tried, Math.max(due, owed) + late, LeaseStory.NEVER);
            }
            case IMMORTAL -> add(id, ttl, renewals, false, tried, LeaseStory.NEVER, LeaseStory.NEVER);
            case KEY_LEFT -> {
                add(id, ttl, renewals, false, tried, due, LeaseStory.NEVER);
                changes.add(new Change(call + 1, "another", id, true));
            }
            case ONLY_KEY_LEFT -> add(id, ttl, renewals, false, tried, LeaseStory.NEVER, due);
            case PUT_AFTER_ITS_END -> {
                add(id, ttl, renewals, false, tried, due, LeaseStory.NEVER);
                changes.add(new Change(due + 1, "another", id, true));
                changes.add(new Change(due + 2, "another", id, false));
            }
            case REVIVED -> {
                renewals.add(new Renewal(due + SECURE_NANOS, due + SECURE_NANOS + 10));
                add(id, ttl, renewals, false, tried, due, LeaseStory.NEVER);
            }
            case RENEWED_AFTER_REFUSAL -> {
                renewals.add(new Renewal(due + 2, due + 3));
                add(id, ttl, renewals, false, tried, due, due + 1);
            }
            case RENEWED_AFTER_REVOCATION -> {
                long revoked = tried + random.nextLong(ttl / 2);
                revoke(id, revoked);
                renewals.add(new Renewal(revoked + 20, revoked + 30));
                add(id, ttl, renewals, true, tried, revoked, LeaseStory.NEVER);
            }
        }
    }

    private void add(
            int id, long ttl, List<Renewal> renewals, boolean revoked, long tried, long endNanos, long refusedNanos) {
        String key = "of lease " + id;
        changes.add(new Change(renewals.get(0).callNanos(), key, id, true));
        if (endNanos != LeaseStory.NEVER) changes.add(new Change(endNanos, key, id, false));
        boolean watched = endNanos != LeaseStory.NEVER && random.nextBoolean();
        long deleted = watched ? endNanos + random.nextLong(2 * GRACE_NANOS) : LeaseStory.NEVER;
        stories.add(new LeaseStory(id, key, ttl, renewals, revoked, tried, refusedNanos, deleted));
    }

    private void revoke(int id, long atNanos) {
        var request = LeaseRevokeRequest.newBuilder().setID(id).build();
        revocations.add(Operation.unknown(1, request, atNanos - 10));
    }

    private Seen seen() {
        changes.sort(Comparator.comparingLong(Change::atNanos));
        List<Event> log = new ArrayList<>();
        for (Change change : changes) {
            var pair = KeyValue.newBuilder()
                    .setKey(ByteString.copyFromUtf8(change.key()))
                    .setLease(change.put() ? change.lease() : 0)
                    .setModRevision(log.size() + 2L);
            log.add(Event.newBuilder()
                    .setType(change.put() ? Event.EventType.PUT : Event.EventType.DELETE)
                    .setKv(pair)
                    .build());
        }
        long silentNanos = newLeaderNanos - random.nextLong(LONGEST_SILENCE_NANOS);
        for (long at = 0; at < END_NANOS; at += READ_EVERY_NANOS) {
            operations.add(read(at));
            if (at < silentNanos || at >= newLeaderNanos) operations.add(write(at));
        }
        for (Operation revocation : revocations) {
            var answer = LeaseRevokeResponse.newBuilder().setHeader(header(revocation.callNanos() + 10));
            operations.add(Operation.answered(
                    1, revocation.request(), revocation.callNanos(), revocation.callNanos() + 20, answer.build()));
        }
        return new Seen(new History(operations, log, List.of()), stories);
    }

    private Operation read(long nanos) {
        var answer = RangeResponse.newBuilder().setHeader(header(nanos + random.nextInt(10)));
        return Operation.answered(0, RangeRequest.getDefaultInstance(), nanos, nanos + 10, answer.build());
    }

    private Operation write(long nanos) {
        var header = header(nanos + random.nextInt(10)).toBuilder().setRaftTerm(nanos < newLeaderNanos ? 2 : 3);
        return Operation.answered(
                0,
                PutRequest.getDefaultInstance(),
                nanos,
                nanos + 10,
                PutResponse.newBuilder().setHeader(header).build());
    }

    private ResponseHeader header(long nanos) {
        long revision =
                1 + changes.stream().filter(change -> change.atNanos() <= nanos).count();
        return ResponseHeader.newBuilder().setRevision(revision).build();
    }
}
