package io.actd.api.rpc;

import io.actd.protocol.Refusal;
import org.jspecify.annotations.Nullable;

/** Decides before a request is even read whether its call may go on (spec O-1, steps 2 to 4). */
@FunctionalInterface
public interface Admission {
    /**
     * @param byLearners learners serve this method (spec M-14)
     * @return null to go on
     */
    @Nullable
    Refusal check(CallHeaders headers, boolean byLearners);
}
