package io.actd.role;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.apply.Command;
import io.actd.member.MemberMetrics;
import io.actd.member.PendingReplies;
import io.actd.member.ReadTask;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.RequestHeader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Clients' work between its arrival and the rules. */
class IntakeTest {
    private final PendingReplies pending = new PendingReplies(10_000);
    private final Intake intake = new Intake(pending, MemberMetrics.NONE);
    private final Map<Long, Outcome> answers = new HashMap<>();
    private final List<Refusal> readRefusals = new ArrayList<>();

    private Command command(long id, long askedNanos) {
        assertTrue(pending.add(id, outcome -> answers.put(id, outcome), askedNanos));
        return Command.of(InternalRaftRequest.newBuilder()
                .setHeader(RequestHeader.newBuilder().setID(id))
                .build());
    }

    private RaftNode.Read read() {
        return new RaftNode.Read(
                new ReadTask() {
                    @Override
                    public void run() {
                        throw new AssertionError("nobody confirmed it");
                    }

                    @Override
                    public void refused(Refusal refusal) {
                        readRefusals.add(refusal);
                    }
                },
                0);
    }

    @Test
    void heldBeyondTheBound_isRefused() {
        for (int i = 1; i <= Intake.MAX_HELD + 1; i++) intake.hold(command(i, 0));
        assertEquals(Map.of(Intake.MAX_HELD + 1L, Outcome.refused(Refusal.TOO_MANY_REQUESTS)), answers);
        assertEquals(Intake.MAX_HELD, intake.takeProposals().size());
    }

    @Test
    void expiredWhileHeld_isRefusedAndNeverProposed() { // spec LM-1
        intake.hold(command(1, 0));
        intake.hold(command(2, 100));
        assertEquals(1, intake.expireProposals(50, Refusal.DEADLINE_EXCEEDED));
        assertEquals(Map.of(1L, Outcome.refused(Refusal.DEADLINE_EXCEEDED)), answers);
        assertEquals(1, intake.takeProposals().size());
    }

    @Test
    void readAskedInVain_isAskedAgainInTheSameTerm_otherwiseTheLeaderChanged() { // spec RG-3
        intake.addAgain(read().askedIn(5));
        assertEquals(1, intake.takeReads(5).size());
        intake.add(read());
        intake.addAgain(read().askedIn(5));
        assertEquals(1, intake.takeReads(6).size());
        assertEquals(List.of(Refusal.LEADER_CHANGED), readRefusals);
    }
}
