package io.actd.e2e.differential;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** etcd 3.4.23 and the product answer the same; the long run is {@code multi-jvm-tests/differential}. */
class DifferentialIT {
    private static final int STEPS = Integer.getInteger("differential.steps", 2_200);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void sameRequests_haveSameAnswers(long seed) {
        Differential.Result result = DifferentialRun.freshServers(seed, STEPS);

        result.difference().ifPresent(Assertions::fail);
        System.out.printf("differential: seed %d, %d steps, %d known differences%n", seed, STEPS, result.explained());
    }
}
