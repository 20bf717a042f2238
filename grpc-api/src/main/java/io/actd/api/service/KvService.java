package io.actd.api.service;

import io.actd.api.ApiConfig;
import io.actd.api.ApiMetrics;
import io.actd.api.rpc.MethodTable;
import io.actd.api.rpc.UnaryCall;
import io.actd.apply.RequestChecks;
import io.actd.member.MemberApi;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.TxnRequest;
import java.util.concurrent.Executor;

/** {@code etcdserverpb.KV} but RangeStream. Checks in the order of spec O-1. */
public final class KvService {
    private static final String SERVICE = "etcdserverpb.KV";

    /** Reads that may bring more pairs than this do not hold up the threads that serve everybody. */
    private static final long SMALL_RANGE_PAIRS = 1_000;

    private final MemberApi member;
    private final Proposals proposals;
    private final ApiMetrics metrics;
    private final int maxTxnOps;
    private final boolean learnerReads;
    private final Executor encoding;

    /** @param encoding where large answers are encoded, so that the applier need not */
    public KvService(MemberApi member, ApiConfig config, ApiMetrics metrics, Executor encoding) {
        this.metrics = metrics;
        this.member = member;
        this.proposals = new Proposals(member, config.maxRequestBytes());
        this.maxTxnOps = config.maxTxnOps();
        this.learnerReads = config.learnerReads();
        this.encoding = encoding;
    }

    public void into(MethodTable table) {
        table.unary(SERVICE, "Range", RangeRequest.parser(), true, this::range);
        table.unary(SERVICE, "Put", PutRequest.parser(), this::put);
        table.unary(SERVICE, "DeleteRange", DeleteRangeRequest.parser(), this::deleteRange);
        table.unary(SERVICE, "Txn", TxnRequest.parser(), this::txn);
        table.unary(SERVICE, "Compact", CompactionRequest.parser(), this::compact);
    }

    private void range(RangeRequest request, UnaryCall call) {
        if (!request.getSerializable() && !learnerReads && MemberAdmission.isLearner(member)) { // spec M-14
            call.refuse(Refusal.NOT_SUPPORTED_FOR_LEARNER);
            return;
        }
        var refusal = RequestChecks.check(request);
        if (refusal != null) {
            call.refuse(refusal);
            return;
        }
        var read = new StateRead(call, () -> member.state().range(request), metrics::ranged);
        if (!request.getSerializable()) member.linearizableRead(read); // spec RG-1
        else if (isSmall(request)) read.run(); // spec RG-2
        else member.blockingExecutor().execute(read);
    }

    private static boolean isSmall(RangeRequest request) {
        return request.getRangeEnd().isEmpty()
                || request.getCountOnly()
                || (request.getLimit() > 0 && request.getLimit() <= SMALL_RANGE_PAIRS);
    }

    private void put(PutRequest request, UnaryCall call) {
        var command = proposals.command().setPut(request).build();
        if (proposals.refusedForSpace(command, call)) return;
        var refusal = RequestChecks.check(request);
        if (refusal == null) proposals.propose(command, call);
        else call.refuse(refusal);
    }

    private void deleteRange(DeleteRangeRequest request, UnaryCall call) {
        var refusal = RequestChecks.check(request);
        if (refusal != null) {
            call.refuse(refusal);
            return;
        }
        var command = proposals.command().setDeleteRange(request).build();
        if (request.getPrevKv()) proposals.propose(command, outcome -> encodeElsewhere(outcome, call));
        else proposals.propose(command, call);
    }

    private void txn(TxnRequest request, UnaryCall call) {
        if (RequestChecks.isReadOnly(request)) {
            readOnlyTxn(request, call);
            return;
        }
        var command = proposals.command().setTxn(request).build();
        if (proposals.refusedForSpace(command, call)) return;
        var refusal = RequestChecks.check(request, maxTxnOps);
        if (refusal == null) proposals.propose(command, outcome -> encodeElsewhere(outcome, call));
        else call.refuse(refusal);
    }

    /** Spec TX-17, TX-18. */
    private void readOnlyTxn(TxnRequest request, UnaryCall call) {
        var refusal = RequestChecks.check(request, maxTxnOps);
        if (refusal != null) {
            call.refuse(refusal);
            return;
        }
        var read = new StateRead(call, () -> member.state().readOnlyTxn(request), metrics::ranged);
        if (RequestChecks.isSerializable(request)) member.blockingExecutor().execute(read);
        else member.linearizableRead(read);
    }

    private void compact(CompactionRequest request, UnaryCall call) {
        var command = proposals.command().setCompaction(request).build();
        if (request.getPhysical()) proposals.propose(command, outcome -> afterRemoval(outcome, call));
        else proposals.propose(command, call);
    }

    /** Spec C-3: also for the compacted refusal, which then waits for what was queued before. */
    private void afterRemoval(Outcome outcome, UnaryCall call) {
        boolean waits =
                switch (outcome) {
                    case Outcome.Ok ok -> true;
                    case Outcome.Refused refused -> refused.refusal() == Refusal.COMPACTED;
                };
        if (waits) member.afterCompaction(() -> call.done(outcome));
        else call.done(outcome);
    }

    /** Outcomes come from the applier, and an answer full of pairs takes long to encode. */
    private void encodeElsewhere(Outcome outcome, UnaryCall call) {
        encoding.execute(() -> call.done(outcome));
    }
}
