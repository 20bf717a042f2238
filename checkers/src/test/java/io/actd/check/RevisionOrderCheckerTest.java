package io.actd.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.PutRequest;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checker must accept every correct history and catch every lie. */
class RevisionOrderCheckerTest {
    private static final int SEEDS = 150;
    private static final int MINIMUM_MUTANTS_OF_A_KIND = 70; // 16 kinds: well over 1 000 in all

    @Test
    void correctHistory_isAccepted() {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertEquals(List.of(), RevisionOrderChecker.check(SimulatedHistory.of(seed)), "seed " + seed);
        }
    }

    @ParameterizedTest
    @EnumSource
    void mutatedHistory_isCaught(Mutation mutation) {
        int mutants = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Optional<History> mutant = mutation.apply(SimulatedHistory.of(seed), new SplittableRandom(seed));
            if (mutant.isPresent()) {
                mutants++;
                assertFalse(RevisionOrderChecker.check(mutant.get()).isEmpty(), mutation + " of seed " + seed);
            }
        }
        assertTrue(mutants >= MINIMUM_MUTANTS_OF_A_KIND, mutation + " made only " + mutants);
    }

    /** The vectors of spec §17.1. */
    @Test
    void hash_isThatOfTheSpecification() {
        KvModel model = new KvModel();
        assertEquals(1084519789L, Integer.toUnsignedLong(KvHash.of(model, -1)));
        model.apply(put("bar"));
        assertEquals(3305255506L, Integer.toUnsignedLong(KvHash.of(model, -1)));
        model.apply(put("baz"));
        assertEquals(2020292994L, Integer.toUnsignedLong(KvHash.of(model, -1)));
        model.apply(DeleteRangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("foo"))
                .build());
        assertEquals(3153096970L, Integer.toUnsignedLong(KvHash.of(model, -1)));
    }

    private static PutRequest put(String value) {
        return PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("foo"))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }
}
