package io.actd.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import io.actd.protocol.api.Compare;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.ResponseOp;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.TxnResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two models, written apart, must answer alike. */
class PairsModelTest {
    private static final int SEEDS = 200;

    @Test
    void answersLikeTheModelWithRevisions() {
        for (long seed = 0; seed < SEEDS; seed++) {
            KvModel whole = new KvModel();
            PairsModel model = new PairsModel();
            PairsModel.Pairs pairs = model.initial();
            for (Operation operation : SimulatedHistory.window(seed).operations()) {
                if (!PairsModel.knows(operation.request())) continue;
                Message answer = whole.apply(operation.request()).response();
                Optional<PairsModel.Pairs> next = model.step(pairs, operation.withResponse(answer));
                assertTrue(next.isPresent(), "seed " + seed + ": " + operation);
                pairs = next.get();
                var all = whole.pairs(KeyRange.ZERO, KeyRange.ZERO, whole.revision());
                assertEquals(new PairsModel(all).initial(), pairs, "seed " + seed + ": " + operation);
            }
        }
    }

    @Test
    void anotherAnswer_doesNotFit() {
        PairsModel model = new PairsModel(List.of(Examples.pair("k", "v", 2, 3, 2)));
        RangeResponse right = Examples.found(3, Examples.pair("k", "v", 2, 3, 2));
        assertTrue(fits(model, right));
        assertFalse(fits(model, Examples.found(3, Examples.pair("k", "other", 2, 3, 2))));
        assertFalse(fits(model, Examples.found(3, Examples.pair("k", "v", 2, 3, 1))));
        assertFalse(fits(model, Examples.found(3)));
        assertFalse(fits(model, right.toBuilder().setCount(2).build()));
        assertFalse(fits(model, right.toBuilder().setMore(true).build()));
    }

    private static boolean fits(PairsModel model, RangeResponse answer) {
        return model.step(model.initial(), Examples.answered(Examples.get("k"), 0, 1, answer))
                .isPresent();
    }

    @Test
    void whatNeedsRevisions_isNotKnown() {
        RangeRequest get = Examples.get("k");
        assertTrue(PairsModel.knows(get));
        assertFalse(PairsModel.knows(get.toBuilder().setRevision(3).build()));
        assertFalse(PairsModel.knows(get.toBuilder().setSerializable(true).build()));
        TxnRequest create = Examples.create("k", "v");
        assertTrue(PairsModel.knows(create));
        Compare newer = create.getCompare(0).toBuilder()
                .setModRevision(3)
                .setTarget(Compare.CompareTarget.MOD)
                .build();
        assertFalse(PairsModel.knows(create.toBuilder().setCompare(0, newer).build()));
    }

    /** Whatever the past was; the rest has to be right. */
    @Test
    void txnThatReadsThePast_isKnownButForThat() {
        TxnRequest txn = Examples.create("new", "v").toBuilder()
                .addSuccess(RequestOp.newBuilder()
                        .setRequestRange(Examples.get("k").toBuilder().setRevision(2)))
                .build();
        TxnResponse answer = TxnResponse.newBuilder()
                .setSucceeded(true)
                .addResponses(ResponseOp.newBuilder().setResponsePut(Examples.putAt(4)))
                .addResponses(ResponseOp.newBuilder()
                        .setResponseRange(Examples.found(4, Examples.pair("k", "of old", 2, 2, 1))))
                .build();
        PairsModel model = new PairsModel(List.of(Examples.pair("k", "v", 2, 3, 2)));
        assertTrue(PairsModel.knows(txn));
        Operation operation = Examples.answered(txn, 0, 1, answer);
        var after = model.step(model.initial(), operation);
        assertTrue(after.isPresent());
        assertEquals(2, after.get().byKey().size());
        TxnResponse failed = answer.toBuilder().setSucceeded(false).build();
        assertFalse(model.step(model.initial(), operation.withResponse(failed)).isPresent());
        TxnResponse tooShort = answer.toBuilder().removeResponses(1).build();
        assertFalse(
                model.step(model.initial(), operation.withResponse(tooShort)).isPresent());
    }
}
