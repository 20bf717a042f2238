package io.actd.apply;

import io.actd.mvcc.KeyRange;
import io.actd.mvcc.MvccStore;
import io.actd.mvcc.WriteTxn;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.api.ResponseOp;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.TxnResponse;
import org.jspecify.annotations.Nullable;

/**
 * Executes txns: chooses all branches, checks all operations on the path, then runs them at one revision (spec TX-6,
 * TX-8, TX-12). Writing txns belong to the writer thread, reading ones to any.
 */
final class TxnExecutor {
    private final MvccStore store;
    private final LeaseTable leases;
    private final KvExecutor kv;
    private final Headers headers;

    TxnExecutor(MvccStore store, LeaseTable leases, KvExecutor kv, Headers headers) {
        this.store = store;
        this.leases = leases;
        this.kv = kv;
        this.headers = headers;
    }

    Done write(TxnRequest request) {
        var txn = store.write();
        var view = new View.Writing(txn);
        var path = TxnPath.choose(view, request);
        var refusal = new TxnChecks(view, leases, store.compactedRevision()).check(path);
        if (refusal != null) {
            txn.end();
            return Done.refused(refusal);
        }
        var run = new Run(view);
        var response = run.all(path);
        if (run.refusal != null) throw new IllegalStateException("a checked txn was refused: " + run.refusal);
        var events = KvExecutor.end(txn);
        return Done.wrote(response.setHeader(headers.at(store.revision())).build(), events);
    }

    /** Answers a txn of ranges only, at one revision (spec TX-17). */
    Outcome read(TxnRequest request) {
        while (true) {
            var view = View.Reading.now(store);
            var outcome = read(request, view);
            if (!view.overtaken()) return outcome;
        }
    }

    private Outcome read(TxnRequest request, View.Reading view) {
        var path = TxnPath.choose(view, request);
        var refusal = new TxnChecks(view, leases, store.compactedRevision()).check(path);
        if (refusal != null) return Outcome.refused(refusal);
        var run = new Run(view);
        var response = run.all(path);
        if (run.refusal != null) return Outcome.refused(run.refusal);
        if (request.getCompareCount() + path.ops().size() > 1)
            store.operations().txn();
        return Outcome.ok(response.setHeader(headers.at(view.beginRevision())).build());
    }

    /** One execution of a chosen path. */
    private final class Run {
        private final View view;
        /** A reading txn named a revision that was compacted between check and read. */
        private @Nullable Refusal refusal;

        Run(View view) {
            this.view = view;
        }

        /** In list order, depth first; one answer per operation (spec TX-10). */
        TxnResponse.Builder all(TxnPath path) {
            var response = TxnResponse.newBuilder().setSucceeded(path.succeeded()); // spec TX-11
            int nested = 0;
            for (RequestOp op : path.ops()) {
                response.addResponses(
                        op.hasRequestTxn()
                                ? ResponseOp.newBuilder()
                                        .setResponseTxn(nested(path.nested().get(nested++)))
                                : one(op));
            }
            return response;
        }

        /** The header of a nested txn is present, but all zero (spec H-2). */
        private TxnResponse.Builder nested(TxnPath path) {
            return all(path).setHeader(ResponseHeader.getDefaultInstance());
        }

        private ResponseOp.Builder one(RequestOp op) {
            var answer = ResponseOp.newBuilder();
            switch (op.getRequestCase()) {
                case REQUEST_RANGE -> answer.setResponseRange(range(op.getRequestRange()));
                case REQUEST_PUT -> {
                    var put = kv.putIn(writing(), op.getRequestPut());
                    answer.setResponsePut(put.setHeader(header()));
                }
                case REQUEST_DELETE_RANGE -> {
                    var deleted = kv.deleteRange(writing(), op.getRequestDeleteRange());
                    answer.setResponseDeleteRange(deleted.setHeader(header()));
                }
                case REQUEST_TXN, REQUEST_NOT_SET -> {} // handled above; refused by validation (spec TX-3)
            }
            return answer;
        }

        private RangeResponse.Builder range(RangeRequest request) {
            var range = KeyRange.of(request.getKey(), request.getRangeEnd());
            var result = view.range(range, request.getRevision(), RangeAssembler.fetchLimit(request));
            if (result.refusal() != null) refusal = result.refusal();
            return RangeAssembler.assemble(request, result).setHeader(header());
        }

        /** Only the revision: begin, or one more as soon as anything was changed (spec R-8). */
        private ResponseHeader header() {
            return ResponseHeader.newBuilder()
                    .setRevision(view.changed() ? view.beginRevision() + 1 : view.beginRevision())
                    .build();
        }

        private WriteTxn writing() {
            if (view instanceof View.Writing writing) return writing.txn();
            throw new IllegalStateException("a read-only txn with a write in it");
        }
    }
}
