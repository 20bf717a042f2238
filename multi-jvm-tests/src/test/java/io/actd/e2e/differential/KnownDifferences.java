package io.actd.e2e.differential;

import com.google.protobuf.Message;
import io.actd.e2e.client.NewerFields;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.HashKVRequest;
import io.etcd.jetcd.api.HashKVResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Status;
import java.util.List;

/** Every difference between etcd 3.4.23 and the specification (etcd 3.7) that comparison may meet, and no other. */
enum KnownDifferences {
    /** 3.4 sorts by an undefined target with a null sorter and crashes; it takes an undefined order for none. */
    UNDEFINED_SORT_NUMBER("RG-14") {
        @Override
        boolean crashesEtcd(Message request) {
            return switch (request) {
                case RangeRequest range -> range.getSortOrderValue() > 2 || range.getSortTargetValue() > 4;
                case TxnRequest txn ->
                    txn.getSuccessList().stream().anyMatch(this::crashesEtcd)
                            || txn.getFailureList().stream().anyMatch(this::crashesEtcd);
                default -> false;
            };
        }

        private boolean crashesEtcd(RequestOp op) {
            return (op.hasRequestRange() && crashesEtcd(op.getRequestRange()))
                    || (op.hasRequestTxn() && crashesEtcd(op.getRequestTxn()));
        }

        @Override
        boolean explains(Step step, Outcome etcd, Outcome actd) {
            return etcd instanceof Outcome.NotAsked
                    && actd instanceof Outcome.Failure failure
                    && failure.code() == Status.Code.INVALID_ARGUMENT
                    && (failure.text().equals("etcdserver: invalid sort option") || mayBreakOtherRules(step));
        }

        /** What else is wrong with the request may be found first. */
        private boolean mayBreakOtherRules(Step step) {
            return step instanceof Step.Call<?, ?> call
                    && (call.request() instanceof TxnRequest
                            || (call.request() instanceof RangeRequest range
                                    && range.getKey().isEmpty()));
        }
    },
    /** 3.4 does not tell at which revision it has hashed. */
    HASH_REVISION("MT-15") {
        @Override
        boolean explains(Step step, Outcome etcd, Outcome actd) {
            return step instanceof Step.Call<?, ?> call
                    && call.request() instanceof HashKVRequest request
                    && etcd instanceof Outcome.Answer one
                    && actd instanceof Outcome.Answer other
                    && other.message() instanceof HashKVResponse hash
                    && NewerFields.hashRevision(hash)
                            == (request.getRevision() == 0 ? hash.getHeader().getRevision() : request.getRevision())
                    && Canonical.of(request, one.message())
                            .equals(Canonical.of(request, NewerFields.withoutHashRevision(hash)));
        }
    },
    /** 3.4 does not remember the hashes taken at earlier compactions. */
    HASH_OF_EARLIER_COMPACTION("FM-76") {
        @Override
        boolean explains(Step step, Outcome etcd, Outcome actd) {
            return step instanceof Step.Call<?, ?> call
                    && call.request() instanceof HashKVRequest request
                    && etcd instanceof Outcome.Failure failure
                    && failure.text().equals("etcdserver: mvcc: required revision has been compacted")
                    && actd instanceof Outcome.Answer answer
                    && answer.message() instanceof HashKVResponse hash
                    && NewerFields.hashRevision(hash) == request.getRevision()
                    && hash.getCompactRevision() < request.getRevision();
        }
    },
    /** 3.4 takes a negative start for one that was compacted, even if nothing was. */
    NEGATIVE_WATCH_START("W-8, W-5") {
        @Override
        boolean explains(Step step, Outcome etcd, Outcome actd) {
            return step instanceof Step.OpenWatch open
                    && open.request().getStartRevision() < 0
                    && actd instanceof Outcome.Answer answer
                    && answer.message() instanceof WatchResponse refusal
                    && refusal.getCanceled()
                    && refusal.getWatchId() == -1
                    && refusal.getCancelReason().equals("etcdserver: mvcc: required revision has been compacted");
        }
    },
    /** Up to 3.4.33 a watch from the compacted revision misses the deletes of exactly that revision. */
    DELETE_AT_COMPACTED_REVISION("C-4") {
        @Override
        boolean explainsEvents(StoreView.Watcher watcher, List<Event> etcd, List<Event> expected) {
            long compacted = watcher.compactedAtOpening();
            return watcher.from() == compacted
                    && etcd.equals(expected.stream()
                            .filter(event -> event.getType() != Event.EventType.DELETE
                                    || event.getKv().getModRevision() != compacted)
                            .toList());
        }
    };

    private final String spec;

    KnownDifferences(String spec) {
        this.spec = spec;
    }

    /** The statements of the specification that say so. */
    String spec() {
        return spec;
    }

    /** Whether 3.4 must not be asked this. */
    boolean crashesEtcd(Message request) {
        return false;
    }

    /** Whether this is why the outcomes differ. */
    boolean explains(Step step, Outcome etcd, Outcome actd) {
        return false;
    }

    /** Whether this is why a watcher of etcd did not get what it should. */
    boolean explainsEvents(StoreView.Watcher watcher, List<Event> etcd, List<Event> expected) {
        return false;
    }

    static boolean anyCrashesEtcd(Step step) {
        for (KnownDifferences known : values()) {
            if (step instanceof Step.Call<?, ?> call && known.crashesEtcd(call.request())) {
                return true;
            }
        }
        return false;
    }

    static boolean anyExplains(Step step, Outcome etcd, Outcome actd) {
        for (KnownDifferences known : values()) {
            if (known.explains(step, etcd, actd)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether etcd sent an event without its previous pair to a watcher that was being cancelled: 3.4 forgets what the
     * watcher asked for before it has sent the last events.
     */
    static boolean losesPrevious(Event etcd, Event actd) {
        return !etcd.hasPrevKv() && etcd.equals(Differences.withoutPrevious(actd));
    }

    static boolean anyExplainsEvents(StoreView.Watcher watcher, List<Event> etcd, List<Event> expected) {
        for (KnownDifferences known : values()) {
            if (known.explainsEvents(watcher, etcd, expected)) {
                return true;
            }
        }
        return false;
    }
}
