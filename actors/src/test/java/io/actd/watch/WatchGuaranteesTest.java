package io.actd.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.mvcc.KeyRange;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchCreateRequest.FilterType;
import io.actd.protocol.mvcc.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random writes, compactions, snapshots, watches and slow readers against the full record of what was written. The
 * choices follow the seed; threads do not, so a seed is a kind of weather rather than one run. All bounds are small, so
 * that falling behind happens all the time.
 */
class WatchGuaranteesTest {
    private static final WatchSettings TIGHT =
            new WatchSettings(WatchWorld.PROGRESS, 600, 3, 2000, 4, 2000, 5, 2000, 7, 1500);

    private static final int STEPS = 1500;

    static List<Long> seeds() {
        var seed = Long.getLong("actd.seed");
        return seed != null ? List.of(seed) : List.of(1L, 2L, 3L, 4L, 5L);
    }

    @ParameterizedTest(name = "replay with -Dactd.seed={0}")
    @MethodSource("seeds")
    void randomWeather_everyGuaranteeHolds(long seed) {
        try (ExecutorService disk = Executors.newSingleThreadExecutor();
                var world = new WatchWorld(TIGHT, disk)) {
            var run = new Run(world, new SplittableRandom(seed));
            for (int step = 0; step < STEPS; step++) run.step();
            run.finish();
        }
    }

    private static final class Run {
        private final WatchWorld world;
        private final SplittableRandom random;
        private final EventRecord record = new EventRecord();
        private final List<CheckedClient> clients = new ArrayList<>();
        private long compacted;

        Run(WatchWorld world, SplittableRandom random) {
            this.world = world;
            this.random = random;
            for (int i = 0; i < 4; i++) clients.add(new CheckedClient(world.open(), record));
        }

        void step() {
            var client = clients.get(random.nextInt(clients.size()));
            switch (random.nextInt(40)) {
                case 0, 1, 2 -> client.create(watch());
                case 3 -> client.cancelOne(random);
                case 4 -> client.client.stopReading();
                case 5, 6 -> client.client.startReading();
                case 7, 8 -> client.client.readOnce();
                case 9, 10 -> client.client.askProgress();
                case 11 -> compact();
                case 12 -> world.holdBack();
                case 13, 14 -> world.publish();
                case 15 -> restore();
                case 16 -> replace(client);
                case 17 -> client.client.tell(WatchStream.ProgressTick.INSTANCE);
                case 18, 19, 20, 21 -> client.check();
                default -> write();
            }
        }

        private void write() {
            long before = world.store.revision();
            var events = new ArrayList<Event>();
            world.write(txn -> {
                int changes = 1 + random.nextInt(3);
                for (int i = 0; i < changes; i++) {
                    var key = key();
                    // One key at most once a revision, as the API demands of a txn (spec TX-4).
                    if (txn.events().stream().anyMatch(e -> e.getKv().getKey().equals(key))) continue;
                    if (random.nextInt(3) == 0) txn.delete(KeyRange.of(key, ByteString.EMPTY));
                    else txn.put(key, WatchWorld.bytes("v" + random.nextInt(1000)), 0);
                }
                events.addAll(txn.events());
            });
            if (world.store.revision() > before) record.add(world.store.revision(), events);
        }

        private void compact() {
            long to = world.store.revision() - random.nextInt(60);
            if (to <= compacted || to < 1 || random.nextInt(3) > 0) return;
            compacted = to;
            record.compacted(to);
            world.compact(to);
            world.removeCompacted();
        }

        private void restore() {
            world.holdBack();
            for (int i = random.nextInt(5); i > 0; i--) write();
            world.restore();
        }

        /** Disconnects, and comes back with the watches resumed after what they had seen (spec W-30). */
        private void replace(CheckedClient client) {
            client.client.close();
            client.check();
            var again = new CheckedClient(world.open(), record);
            clients.set(clients.indexOf(client), again);
            client.resumed().forEach(again::create);
        }

        private ByteString key() {
            return WatchWorld.bytes("" + (char) ('a' + random.nextInt(6)));
        }

        private WatchCreateRequest.Builder watch() {
            var create = WatchCreateRequest.newBuilder()
                    .setKey(key())
                    .setPrevKv(random.nextBoolean())
                    .setProgressNotify(random.nextInt(3) == 0)
                    .setFragment(random.nextInt(3) == 0);
            switch (random.nextInt(3)) {
                case 0 -> create.setRangeEnd(WatchWorld.bytes("\0"));
                case 1 -> create.setRangeEnd(WatchWorld.bytes("z"));
                default -> {}
            }
            if (random.nextInt(4) == 0) create.addFilters(FilterType.NOPUT);
            if (random.nextInt(4) == 0) create.addFilters(FilterType.NODELETE);
            if (random.nextInt(3) > 0) {
                create.setStartRevision(Math.max(0, world.store.revision() + 10 - random.nextInt(100)));
            }
            return create;
        }

        /** Once everybody reads again, everybody gets everything. */
        void finish() {
            world.publish();
            clients.forEach(client -> client.client.startReading());
            long last = world.store.revision();
            world.await(() -> {
                clients.forEach(CheckedClient::check);
                return clients.stream().allMatch(client -> client.isCompleteTo(last));
            });
            world.await(() -> world.counts.slow == 0);
            clients.forEach(client -> {
                client.client.askProgress();
                client.create(WatchCreateRequest.newBuilder().setStartRevision(-1)); // comes after the note
                world.await(() -> {
                    client.check();
                    return client.isCompleteTo(last);
                });
                assertEquals(client.mayBeToldProgress(last), client.lastManualProgress() == last);
            });
            clients.forEach(client -> client.client.close());
            world.awaitCensus(0, 0, 0);
            assertTrue(record.checkedEvents() > 100, () -> "only " + record.checkedEvents() + " events were seen");
        }
    }
}
