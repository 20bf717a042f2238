package io.actd.apply;

/** What the lessor's clock must know about an applied command. */
public sealed interface LeaseChange {
    long leaseId();

    record Granted(long leaseId, long ttlSeconds) implements LeaseChange {}

    record Revoked(long leaseId) implements LeaseChange {}

    /** The leader recorded how much life is left (spec L-7). */
    record Checkpointed(long leaseId, long remainingSeconds) implements LeaseChange {}
}
