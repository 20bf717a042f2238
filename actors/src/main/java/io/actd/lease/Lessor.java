package io.actd.lease;

import io.actd.apply.LeaseChange;
import io.actd.member.Reply;
import java.util.List;

/** Expiry clock of the leader; proposes revocations and checkpoints. */
public final class Lessor {
    private Lessor() {}

    /** What the lessor is told. */
    public interface Command {}

    /** The applier: these changes are applied, in order. */
    public record Changed(List<LeaseChange> changes) implements Command {}

    /** This member became leader: every lease gets its remaining life plus an election timeout (spec L-6). */
    public record Promoted(long term) implements Command {}

    /** This member leads no longer: nothing expires here (spec L-5). */
    public enum Demoted implements Command {
        INSTANCE
    }

    /** A client's keep-alive; answered with a LeaseKeepAliveResponse (spec L-10 to L-14). */
    public record KeepAlive(long leaseId, Reply reply) implements Command {}

    /** Answered with a LeaseTimeToLiveResponse (spec L-16). */
    public record TimeToLive(long leaseId, boolean keys, Reply reply) implements Command {}

    /** Answered with a LeaseLeasesResponse (spec L-17). */
    public record Leases(Reply reply) implements Command {}
}
