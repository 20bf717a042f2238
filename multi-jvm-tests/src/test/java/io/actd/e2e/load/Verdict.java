package io.actd.e2e.load;

import io.actd.check.History;
import io.actd.check.KeyRange;
import io.actd.check.KvHash;
import io.actd.check.KvModel;
import io.actd.check.LatenessChecker;
import io.actd.check.Operation;
import io.actd.check.RevisionOrderChecker;
import io.actd.check.WindowSearch;
import io.actd.e2e.server.Target;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The judgement on everything the clients of a story saw. */
public final class Verdict {
    private static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);

    /** What a lease may be late on a busy machine, an election timeout and a second; soaks ask for less. */
    private static final Duration GRACE = Duration.ofMillis(Integer.getInteger("stories.grace", 2_000));

    private static final int WINDOW_OPERATIONS = 20;
    private static final int MOST_WINDOWS = 1_000;

    private final History history;
    private final KvModel model;
    private final List<String> problems = new ArrayList<>();
    private final String figures;
    private final int changesOfLeader;
    private final int windows;
    private final long compacted;

    private Verdict(Load load, History history) {
        this.history = history;
        this.model = replay(history.log());
        RevisionOrderChecker.check(history).forEach(violation -> problems.add(violation.toString()));
        WindowSearch.Result search = WindowSearch.sample(history, WINDOW_OPERATIONS, MOST_WINDOWS);
        this.windows = search.windows();
        problems.addAll(search.failures());
        problems.addAll(load.leases().wrong(history));
        problems.addAll(load.problemsOfJetcd(history.log()));
        LatenessChecker.Result lateness =
                load.leases().late(history, ELECTION_TIMEOUT, GRACE.plus(load.leaseDelay()), load.endNanos());
        // etcd 3.4 gives a lease its whole time again at each election (spec L-6).
        if (Target.underTest() == Target.ACTD) {
            lateness.violations().forEach(violation -> problems.add(violation.toString()));
        }
        this.changesOfLeader = lateness.changesOfLeader();
        this.compacted = load.recording().compacted();
        List<Operation> operations = load.recording().ofThisStory();
        long unknown = operations.stream()
                .filter(operation -> operation.outcome() instanceof Operation.Unknown)
                .count();
        long begin = operations.stream().mapToLong(Operation::callNanos).min().orElse(0);
        this.figures =
                "%d operations, %d without answer, %d revisions, compacted to %d, %d ms without a write, %d leases ended, %d ms overdue, judged in %d ms"
                        .formatted(
                                operations.size(),
                                unknown,
                                lastRevision(),
                                compacted,
                                load.recording().longestSilenceNanos(begin, load.endNanos()) / 1_000_000,
                                load.leases().ended(),
                                lateness.worstNanos() / 1_000_000,
                                (System.nanoTime() - load.endNanos()) / 1_000_000);
    }

    /** Ends the load and judges it. */
    public static Verdict on(Load load) {
        return new Verdict(load, load.finish());
    }

    /** What is wrong, a sentence each; nothing if all promises were kept. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** How often another leader took over in the life of a lease that was then seen to end. */
    public int changesOfLeader() {
        return changesOfLeader;
    }

    /** How many parts of the history were also judged by a search for an order. */
    public int windows() {
        return windows;
    }

    /** Counts for the record. */
    public String figures() {
        return figures;
    }

    /** The newest revision, at which all members must agree. */
    public long lastRevision() {
        List<Event> log = history.log();
        return log.isEmpty() ? 1 : log.get(log.size() - 1).getKv().getModRevision();
    }

    /** What HashKV must be at that revision (spec §17.1). */
    public int hash() {
        return KvHash.of(model, compacted);
    }

    /** To which revision the store is compacted; -1 if it never was. */
    public long compacted() {
        return compacted;
    }

    /** All pairs as of that revision. */
    public List<KeyValue> pairs() {
        return model.pairs(KeyRange.ZERO, KeyRange.ZERO, lastRevision());
    }

    /** Every event since revision 2. */
    public List<Event> log() {
        return history.log();
    }

    /** Events above the last compaction, up to that one. */
    public List<Event> logBehindCompaction() {
        return history.log().stream()
                .filter(event -> event.getKv().getModRevision() > compacted)
                .toList();
    }

    private static KvModel replay(List<Event> log) {
        KvModel model = new KvModel();
        List<Event> revision = new ArrayList<>();
        for (Event event : log) {
            if (event.getKv().getModRevision() > model.revision() + 1) {
                model.append(revision);
                revision.clear();
            }
            revision.add(event);
        }
        if (!revision.isEmpty()) {
            model.append(revision);
        }
        return model;
    }
}
