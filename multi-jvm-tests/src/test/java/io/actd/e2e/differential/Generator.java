package io.actd.e2e.differential;

import com.google.protobuf.ByteString;
import io.actd.check.KeyRange;
import io.actd.e2e.client.NewerFields;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.HashKVRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseTimeToLiveRequest;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchCreateRequest.FilterType;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;

/** Makes random steps, one after another; the same seed and the same answers make the same steps. */
final class Generator {
    private static final int MOST_WATCHERS = 12;
    private static final long LEASE_SECONDS = 100_000;

    private final SplittableRandom random;
    private final StoreView store;
    private final KvRequests requests;
    private final Queue<Step> planned = new ArrayDeque<>();

    Generator(long seed, StoreView store) {
        this.random = new SplittableRandom(seed);
        this.store = store;
        this.requests = new KvRequests(random, store);
    }

    Step next() {
        if (planned.isEmpty()) {
            plan();
        }
        return planned.remove();
    }

    private void plan() {
        int dice = random.nextInt(1000);
        if (dice < 300) {
            planned.add(new Step.Call<>(KVGrpc.getPutMethod(), requests.put(true)));
        } else if (dice < 520) {
            planned.add(new Step.Call<>(KVGrpc.getRangeMethod(), requests.range()));
        } else if (dice < 590) {
            planned.add(new Step.Call<>(KVGrpc.getDeleteRangeMethod(), requests.delete()));
        } else if (dice < 840) {
            planned.add(new Step.Call<>(KVGrpc.getTxnMethod(), new TxnRequests(random, requests).txn()));
        } else if (dice < 940) {
            lease();
        } else if (dice < 980) {
            watch();
        } else if (dice < 988) {
            planned.add(new Step.AwaitWatches()); // a watcher may be behind, and compaction would end it
            planned.add(new Step.Call<>(KVGrpc.getCompactMethod(), compaction()));
        } else if (dice < 998) {
            planned.add(new Step.Call<>(MaintenanceGrpc.getHashKVMethod(), hash()));
        } else {
            planned.add(new Step.Call<>(KVGrpc.getPutMethod(), requests.tooLargePut()));
        }
    }

    private void lease() {
        long lease = requests.lease();
        switch (random.nextInt(10)) {
            case 0, 1, 2 ->
                planned.add(new Step.Call<>(
                        LeaseGrpc.getLeaseGrantMethod(),
                        LeaseGrantRequest.newBuilder()
                                .setID(lease)
                                .setTTL(LEASE_SECONDS + random.nextInt(100))
                                .build()));
            case 3, 4 ->
                planned.add(new Step.Call<>(
                        LeaseGrpc.getLeaseRevokeMethod(),
                        LeaseRevokeRequest.newBuilder().setID(lease).build()));
            case 5, 6 ->
                planned.add(new Step.Call<>(
                        LeaseGrpc.getLeaseTimeToLiveMethod(),
                        LeaseTimeToLiveRequest.newBuilder()
                                .setID(lease)
                                .setKeys(random.nextBoolean())
                                .build()));
            case 7 -> planned.add(new Step.KeepAlive(lease));
            case 8 -> planned.add(new Step.Call<>(NewerFields.LEASE_LEASES, StatusRequest.getDefaultInstance()));
            default -> oddGrant();
        }
    }

    /** Times to live from below the least to above the largest (spec L-2). */
    private void oddGrant() {
        switch (random.nextInt(3)) {
            case 0 -> planned.add(new Step.GrantAndRevoke(random.nextInt(-3, 4)));
            case 1 -> planned.add(new Step.GrantAndRevoke(LEASE_SECONDS));
            default ->
                planned.add(new Step.Call<>(
                        LeaseGrpc.getLeaseGrantMethod(),
                        LeaseGrantRequest.newBuilder()
                                .setTTL(9_000_000_001L + random.nextInt(5))
                                .build()));
        }
    }

    private void watch() {
        if (!store.open().isEmpty() && (store.open().size() >= MOST_WATCHERS || random.nextInt(3) == 0)) {
            var watcher = store.open().get(random.nextInt(store.open().size()));
            if (random.nextInt(4) == 0) {
                planned.add(new Step.AwaitWatches());
            }
            planned.add(new Step.CancelWatch(watcher.id()));
            return;
        }
        int stream = random.nextInt(Side.STREAMS);
        WatchCreateRequest.Builder create = WatchCreateRequest.newBuilder()
                .setKey(random.nextInt(6) == 0 ? ByteString.EMPTY : requests.key())
                .setRangeEnd(random.nextInt(3) == 0 ? KeyRange.ZERO : requests.rangeEnd())
                .setPrevKv(random.nextBoolean())
                .setProgressNotify(random.nextBoolean())
                .setStartRevision(startRevision());
        if (random.nextInt(4) == 0) {
            create.addFilters(FilterType.forNumber(random.nextInt(2)));
        }
        if (random.nextInt(10) == 0) {
            create.addFiltersValue(7); // spec W-10
        }
        if (create.getStartRevision() < 0) {
            NewerFields.watchId(create, 2_000_000 + random.nextInt(1_000_000)); // 3.4 opens it, which takes an id
        } else if (random.nextInt(4) == 0) {
            watchId(stream, create);
        }
        if (random.nextInt(4) == 0) {
            NewerFields.fragment(create);
        }
        planned.add(new Step.OpenWatch(stream, create.build()));
    }

    /** An explicit id that is new, or one in use; never one that was used before (etcd mixes up their events). */
    private void watchId(int stream, WatchCreateRequest.Builder create) {
        var inUse = store.open().stream()
                .map(StoreView.Watcher::id)
                .filter(id -> id.stream() == stream && id.id() != 0)
                .findAny();
        if (inUse.isPresent() && random.nextBoolean()) {
            NewerFields.watchId(create, inUse.get().id());
            return;
        }
        long id = random.nextInt(4) == 0 ? -2 - random.nextInt(1000) : 1_000 + random.nextInt(1_000_000);
        if (!store.wasUsed(stream, id)) {
            NewerFields.watchId(create, id);
        }
    }

    private long startRevision() {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> 0;
            case 3 -> store.revision() + random.nextInt(20);
            case 4 -> Math.max(0, store.compacted());
            case 5 -> random.nextInt(8) == 0 ? -1 - random.nextInt(3) : 1;
            default -> random.nextLong(1, store.revision() + 1);
        };
    }

    private CompactionRequest compaction() {
        long revision =
                switch (random.nextInt(6)) {
                    case 0 -> store.compacted();
                    case 1 -> store.revision() + 1 + random.nextInt(3);
                    case 2 -> store.revision();
                    case 3 -> -1;
                    default -> random.nextLong(Math.max(0, store.compacted()), store.revision() + 1);
                };
        return CompactionRequest.newBuilder()
                .setRevision(revision)
                .setPhysical(random.nextBoolean())
                .build();
    }

    /** Not a compacted revision: etcd may answer for those what it kept from compacting (spec §17.1). */
    private HashKVRequest hash() {
        long revision =
                switch (random.nextInt(4)) {
                    case 0 -> store.revision() + 1;
                    case 1 -> Math.max(0, store.compacted() - 1);
                    default -> Math.max(0, store.compacted()) + 1 + random.nextInt(3);
                };
        return HashKVRequest.newBuilder().setRevision(revision).build();
    }
}
