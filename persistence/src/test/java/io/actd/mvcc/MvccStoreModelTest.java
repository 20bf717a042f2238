package io.actd.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.protobuf.ByteString;
import io.actd.backend.Backend;
import io.actd.backend.LevelDbBackend;
import io.actd.backend.MemoryBackend;
import io.actd.mvcc.StoreMember.Command;
import io.actd.mvcc.StoreModel.Op;
import io.actd.protocol.Refusal;
import io.actd.protocol.mvcc.Event;
import io.actd.world.Clock;
import io.actd.world.SystemDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random commands, flushes, crashes and compactions; every read must say what the model says. */
final class MvccStoreModelTest {
    private static final long SEEDS = Long.getLong("actd.store.seeds", 150);
    private static final @Nullable Long ONE_SEED = Long.getLong("actd.store.seed");
    private static final int STEPS = 300;

    @Test
    void randomHistories_onMemory_readAsTheModel() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            var engine = new MemoryBackend();
            run(ONE_SEED == null ? seed : ONE_SEED, engine, same -> {
                engine.crash();
                return same;
            });
        }
    }

    @Test
    void randomHistories_onLevelDb_readAsTheModel(@TempDir Path directory) {
        for (long seed = 1; seed <= 4; seed++) {
            var path = directory.resolve("db" + seed);
            run(seed, LevelDbBackend.open(path, Clock.system(), new SystemDisk()), old -> {
                old.close();
                return LevelDbBackend.open(path, Clock.system(), new SystemDisk());
            });
        }
    }

    private static void run(long seed, Backend engine, UnaryOperator<Backend> reopen) {
        var story = new Story(new Random(seed), new StoreMember(engine, reopen));
        try {
            for (int i = 0; i < STEPS; i++) story.step();
            story.end();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("replay with -Dactd.store.seed=" + seed, e);
        }
    }

    private static final class Story {
        private final Random random;
        private final StoreMember member;
        private final StoreModel model = new StoreModel();
        // FM-76: hashes by compacted revision, as (hash, compacted revision before).
        private final Map<Long, List<Long>> expectedHashes = new HashMap<>();
        private final Map<Long, List<Long>> keptHashes = new HashMap<>();

        Story(Random random, StoreMember member) {
            this.random = random;
            this.member = member;
        }

        void step() {
            switch (random.nextInt(20)) {
                case 0 -> member.beginFlush();
                case 1, 2 -> member.endFlush();
                case 3 -> compact();
                case 4 -> crash();
                case 5, 6, 7 -> compactSome();
                case 8, 9, 10 -> read();
                case 11 -> history();
                case 12 -> hash();
                default -> write();
            }
        }

        void end() {
            member.compactAll();
            read();
            assertEquals(model.hash(model.revision), member.store.hashKv(0).hash());
            member.close();
        }

        private void write() {
            var ops = new ArrayList<Op>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                if (random.nextInt(3) == 0) {
                    ops.add(new Op(range(), null, 0));
                } else {
                    var value = ByteString.copyFromUtf8("v".repeat(random.nextInt(40)));
                    ops.add(new Op(KeyRange.of(key(), ByteString.EMPTY), value, random.nextInt(3)));
                }
            }
            model.write(ops);
            member.apply(new Command(List.copyOf(ops), 0));
            assertEquals(model.revision, member.store.revision());
        }

        private void compact() {
            long at = model.revision - random.nextInt(30);
            if (at <= model.compacted) {
                assertEquals(Refusal.COMPACTED, member.store.compact(at));
            } else {
                expectedHashes.put(at, List.of((long) model.hash(at), model.compacted));
                model.compact(at);
                member.apply(new Command(List.of(), at));
            }
            assertEquals(Refusal.FUTURE_REVISION, member.store.compact(model.revision + 1));
            assertEquals(model.compacted, member.store.compactedRevision());
        }

        private void compactSome() {
            if (random.nextInt(4) == 0) member.flush();
            var finished = member.compactSome(1 + random.nextInt(8));
            if (finished != null) keptHashes.put(finished.revision(), expectedHashes.get(finished.revision()));
        }

        private void crash() {
            member.crash();
            // Whether a compaction is resumed or applied again decides if its hash is kept.
            expectedHashes.clear();
            keptHashes.clear();
            assertEquals(model.revision, member.store.revision());
            assertEquals(model.compacted, member.store.compactedRevision());
        }

        private void read() {
            var store = member.store;
            assertEquals(model.at(model.revision).size(), store.keyCount());
            var range = range();
            long at = model.revision + 2 - random.nextInt(40);
            long limit = random.nextLong(5) - 1;
            var result = store.range(range, at, limit);
            assertEquals(model.revision, result.storeRevision());
            if (at > model.revision) {
                assertEquals(Refusal.FUTURE_REVISION, result.refusal());
            } else if (at > 0 && at < model.compacted) {
                assertEquals(Refusal.COMPACTED, result.refusal());
                assertNull(store.getAt(range.key(), at));
            } else {
                assertNull(result.refusal());
                long readAt = at <= 0 ? model.revision : at;
                var expected = model.range(range, readAt);
                assertEquals(expected.size(), result.count());
                long shown = limit < 0 ? 0 : limit == 0 ? expected.size() : Math.min(limit, expected.size());
                assertEquals(expected.subList(0, (int) shown), result.kvs());
                if (at > 0) assertEquals(model.at(at).get(range.key()), store.getAt(range.key(), at));
            }
        }

        private void history() {
            long from = Math.max(1, model.revision - random.nextInt(40));
            var range = range();
            if (from < model.compacted) {
                assertEquals(
                        Refusal.COMPACTED,
                        member.store
                                .history(from, model.revision, range::contains, 10, 1000)
                                .refusal());
                return;
            }
            var expected = new ArrayList<String>();
            for (var change : model.changes) {
                if (change.main() < from || !range.contains(change.kv().getKey())) continue;
                var kv = change.deleted()
                        ? change.kv().toBuilder().setModRevision(change.main()).build()
                        : change.kv();
                expected.add(change.main() + (change.deleted() ? " DELETE " : " PUT ") + kv);
            }
            var seen = new ArrayList<String>();
            for (long next = from; next <= model.revision; ) {
                var page = member.store.history(
                        next, model.revision, range::contains, 1 + random.nextInt(5), 1 + random.nextInt(500));
                assertNull(page.refusal());
                for (var revision : page.revisions()) {
                    for (Event event : revision.events()) {
                        var text = revision.revision() + " " + event.getType() + " " + event.getKv();
                        // A change overwritten in its own write, at the compacted revision: shown until removed.
                        if (revision.revision() == model.compacted && !expected.contains(text)) continue;
                        seen.add(text);
                    }
                }
                next = page.nextRevision();
            }
            assertEquals(expected, seen);
        }

        private void hash() {
            long at = Math.max(1, model.revision - random.nextInt(30));
            var result = member.store.hashKv(at);
            var kept = keptHashes.get(at);
            if (kept != null) {
                assertEquals(kept, List.of((long) result.hash(), result.compactRevision()));
            } else if (at < model.compacted) {
                if (result.refusal() == null) return;
                assertEquals(Refusal.COMPACTED, result.refusal());
            } else if (result.compactRevision() == model.compacted) {
                assertEquals(model.hash(at), result.hash());
            }
        }

        private ByteString key() {
            return ByteString.copyFromUtf8("k" + (char) ('a' + random.nextInt(12)));
        }

        private KeyRange range() {
            return switch (random.nextInt(4)) {
                case 0 -> KeyRange.of(key(), ByteString.EMPTY);
                case 1 -> KeyRange.of(key(), ByteString.copyFrom(new byte[] {0}));
                default -> KeyRange.of(key(), key());
            };
        }
    }
}
