package io.actd.wal;

import static io.actd.wal.WalFixture.batch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.Membership;
import io.actd.raft.Payload;
import io.actd.raft.SnapshotMark;
import io.actd.world.Failpoints.Reached;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Power fails at each failpoint and the disk forgets at random, or only the process is killed and forgets nothing yet:
 * what was acknowledged or found is there, and of the batch that was being written a front part or nothing (scenarios D2,
 * D12, D16, D17).
 */
class WalCrashTest {
    private static final int SEEDS = Integer.getInteger("actd.seeds", 60);
    private static final WalOptions OPTIONS =
            WalOptions.DEFAULTS.withSegmentBytes(4096).withMaxWals(3);
    /** Parts of the names of failpoints that each opening passes once at most. */
    private static final List<String> ONCE_A_LIFE = List.of("create", "repair", "again");

    static List<String> failpoints() {
        return WalFailpoints.ALL;
    }

    @ParameterizedTest
    @MethodSource("failpoints")
    void crashAtFailpoint_losesNothingAcknowledged(String failpoint) {
        int reached = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            var story = new Story(failpoint, seed);
            try {
                reached += story.run();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("failpoint " + failpoint + ", seed " + seed, e);
            }
        }
        assertTrue(reached > 0, failpoint + " was never reached");
    }

    /** One member with many lives. */
    private static final class Story {
        private final WalFixture fixture = new WalFixture();
        private final SplittableRandom random;
        private final String failpoint;
        private int crashes;

        private List<Entry> log = new ArrayList<>();
        private HardState hardState = HardState.ZERO;
        private SnapshotMark mark = SnapshotMark.NONE;
        private @Nullable WalBatch pending;

        Story(String failpoint, int seed) {
            this.failpoint = failpoint;
            this.random = new SplittableRandom(seed * 31L + failpoint.hashCode());
        }

        int run() {
            for (int life = 0; life < 6; life++) {
                int hits = random.nextInt(12);
                var left = new int[] {ONCE_A_LIFE.stream().anyMatch(failpoint::contains) ? 0 : hits};
                fixture.failpoints.arm(failpoint, name -> {
                    if (left[0]-- == 0) throw new Reached(name);
                });
                try {
                    live();
                } catch (Reached e) {
                    crashes++;
                }
                fixture.failpoints.disarm(failpoint);
                // What a killed process wrote but never synced is found by the next one, and counts from then on.
                if (random.nextBoolean()) fixture.disk.crash(random);
                else fixture.disk.closeAll();
            }
            if (Wal.exists(fixture.disk, WalFixture.DIRECTORY)) check(fixture.reopened(OPTIONS));
            return crashes;
        }

        @SuppressWarnings("MustBeClosedChecker")
        private void live() {
            Wal wal;
            if (Wal.exists(fixture.disk, WalFixture.DIRECTORY)) {
                wal = fixture.open(OPTIONS);
                check(wal.recovered());
            } else {
                assertEquals(List.of(), log, "a log with content is gone");
                wal = fixture.create(OPTIONS);
            }
            for (int step = 0; step < 25; step++) {
                var next = nextBatch();
                pending = next;
                wal.append(next);
                acknowledge(next);
            }
            pending = nextBatch();
            fixture.failpoints.arm(WalFailpoints.AFTER_WRITE, name -> {
                throw new Reached(name); // die with a batch in the air, so that there is something to tear
            });
            try {
                wal.append(pending);
            } catch (Reached expected) {
                fixture.failpoints.disarm(WalFailpoints.AFTER_WRITE);
            }
        }

        private WalBatch nextBatch() {
            long last = log.isEmpty() ? mark.index() : log.getLast().index();
            long term = Math.max(1, hardState.currentTerm() + (random.nextInt(8) == 0 ? 1 : 0));
            if (random.nextInt(10) == 0 && hardState.commitIndex() > mark.index()) {
                long to = random.nextLong(mark.index(), hardState.commitIndex()) + 1;
                var membership = Membership.of(Set.of(7L), Set.of());
                return new WalBatch(List.of(), null, new SnapshotMark(to, termAt(to), membership), true);
            }
            if (random.nextInt(15) == 0) return received(term + 1);
            long commit = hardState.commitIndex() + random.nextLong(last - hardState.commitIndex() + 1);
            var state = new HardState(term, term == hardState.currentTerm() ? hardState.votedFor() : 7, commit);
            if (random.nextInt(5) == 0 && term == hardState.currentTerm() && hardState.commitIndex() > 0)
                return new WalBatch(List.of(), state, null, false);
            long from = commit + 1 + random.nextLong(last - commit + 1);
            var entries = new ArrayList<Entry>();
            for (long i = from, n = random.nextInt(1, 5); i < from + n; i++) {
                var payload = new byte[payloadBytes()];
                if (random.nextBoolean()) random.nextBytes(payload);
                entries.add(new Entry(term, i, Entry.Type.NORMAL, Payload.of(payload)));
            }
            return batch(state, entries);
        }

        private long termAt(long index) {
            return log.stream()
                    .filter(e -> e.index() == index)
                    .findFirst()
                    .orElseThrow()
                    .term();
        }

        /** The mark of a store received from a leader of a later term: the log has another entry there, or none. */
        private WalBatch received(long term) {
            long index = hardState.commitIndex() + 1 + random.nextInt(8);
            var mark = new SnapshotMark(index, term, Membership.of(Set.of(7L), Set.of()));
            return new WalBatch(List.of(), new HardState(term, 7, index), mark, true);
        }

        private static boolean isReceived(WalBatch batch) {
            return batch.mark() != null && batch.hardState() != null;
        }

        /** Mostly small, at times many sectors, rarely more than the writer's buffer. */
        private int payloadBytes() {
            return switch (random.nextInt(300)) {
                case 0 -> 1_000_000 + random.nextInt(200_000);
                default -> random.nextInt(random.nextInt(8) == 0 ? 3000 : 40);
            };
        }

        private void acknowledge(WalBatch batch) {
            log = isReceived(batch) ? List.of() : with(log, batch.entries());
            if (batch.hardState() != null) hardState = batch.hardState();
            if (batch.mark() != null) mark = batch.mark();
            pending = null;
        }

        private static List<Entry> with(List<Entry> log, List<Entry> added) {
            var all = new ArrayList<>(log);
            if (!added.isEmpty())
                all.removeIf(e -> e.index() >= added.getFirst().index());
            all.addAll(added);
            return all;
        }

        private static boolean same(List<Entry> some, List<Entry> others) {
            if (some.size() != others.size()) return false;
            for (int i = 0; i < some.size(); i++) {
                var one = some.get(i);
                var other = others.get(i);
                if (!one.id().equals(other.id())
                        || !Arrays.equals(one.payload().bytes(), other.payload().bytes())) return false;
            }
            return true;
        }

        /** Compares with every state the log may be in, and goes on from the one it is in. */
        private void check(WalRecovery found) {
            var attempted = pending == null ? batch(null) : pending;
            boolean markMoved = !found.mark().equals(mark);
            assertTrue(!markMoved || found.mark().equals(attempted.mark()), () -> "mark " + found.mark());
            boolean newState = found.hardState().equals(attempted.hardState());
            assertTrue(
                    newState
                            || (found.hardState().currentTerm() == hardState.currentTerm()
                                    && found.hardState().votedFor() == hardState.votedFor()
                                    && found.hardState().commitIndex() <= hardState.commitIndex()),
                    () -> "hard state " + found.hardState() + ", acknowledged " + hardState);
            if (isReceived(attempted)) assertTrue(markMoved == newState, "mark and hard state count together");
            for (int count = attempted.entries().size(); count >= 0; count--) {
                var possible = isReceived(attempted) && markMoved
                        ? List.<Entry>of()
                        : with(log, attempted.entries().subList(0, count));
                var behind = possible.stream()
                        .filter(e -> e.index() > found.mark().index())
                        .toList();
                if (!same(behind, found.entries())) continue;
                assertTrue(!newState
                        || count == attempted.entries().size()
                        || found.hardState().equals(hardState));
                log = possible;
                hardState = found.hardState();
                mark = found.mark();
                pending = null;
                return;
            }
            throw new AssertionError(
                    "acknowledged up to " + (log.isEmpty() ? 0 : log.getLast().index()) + ", found "
                            + found.entries().size() + " entries up to " + found.lastIndex());
        }
    }
}
