package io.actd.simulation.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.protocol.Refusal;
import io.actd.protocol.api.Member;
import io.actd.protocol.api.PutResponse;
import io.actd.simulation.MemberSettings;
import io.actd.simulation.Plan;
import io.actd.simulation.cluster.Machine;
import io.actd.simulation.cluster.SimulatedNetwork;
import io.actd.simulation.thread.JournalTap;
import io.actd.simulation.thread.RunQueue;
import io.actd.simulation.thread.Trace;
import io.actd.world.SimulatedDisk.Operation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LivenessTest {
    private static final long BROKEN_AT = 30_000_000_000L;
    private static final long CALM = BROKEN_AT + Liveness.CALM_WITHIN.toNanos();
    private static final long SETTLED = BROKEN_AT + Liveness.MAJORITY_WITHIN.toNanos();
    private static final Answer UNKNOWN = Answer.Unknown.INSTANCE;

    private final List<String> rules = new ArrayList<>();
    private final Machine one = machine(1);
    private final Machine other = machine(2);
    private long now = BROKEN_AT;
    private long calmSince = BROKEN_AT;
    private final Liveness liveness = new Liveness(
            () -> now, () -> calmSince, List.of(one, other), what -> rules.add(what.substring(0, what.indexOf(' '))));

    private static Machine machine(int number) {
        var random = new SplittableRandom(number);
        var queue = new RunQueue(random.split(), new Trace(null));
        var self = Member.newBuilder().setID(number).setName("m" + number).build();
        var config = MemberSettings.of(Plan.mixed(1, 3), self, List.of(self));
        var network = new SimulatedNetwork(queue, random.split(), sent -> {});
        return new Machine("m" + number, config, network, queue, random.split(), NOBODY);
    }

    private static final Machine.Owner NOBODY = new Machine.Owner() {
        @Override
        public void starts(Machine machine) {}

        @Override
        public JournalTap.Reader reader(Machine machine) {
            throw new AssertionError("nobody starts it");
        }

        @Override
        public void diskFailed(Machine machine, Operation operation, Path path) {}

        @Override
        public void ended(Machine machine, Machine.End end, @Nullable Throwable reason) {}
    };

    @Test
    void callWithoutAnswer_isBrokenPromise_onceNothingWasDoneForAWhile() {
        liveness.ended(one, CALM - 1, UNKNOWN);
        assertEquals(List.of(), rules);
        liveness.ended(one, CALM, UNKNOWN);
        liveness.ended(one, CALM, Answer.NotSent.INSTANCE);
        assertEquals(List.of("ANSWERS_IN_CALM", "ANSWERS_IN_CALM"), rules);
    }

    @Test
    void faultWhileTheCallIsUnderWay_excuses() {
        calmSince = CALM + 1;
        liveness.ended(one, CALM, UNKNOWN);
        assertEquals(List.of(), rules);
    }

    @Test
    void memberThatIsNone_owesNothing() {
        one.retire();
        liveness.ended(one, CALM, UNKNOWN);
        assertEquals(List.of(), rules);
    }

    @Test
    void refusal_isAnAnswer_unlessItMayHaveBeenDone() {
        liveness.ended(one, CALM, new Answer.Ok(PutResponse.getDefaultInstance()));
        liveness.ended(one, CALM, new Answer.Refused(Refusal.COMPACTED));
        assertEquals(List.of(), rules);
        liveness.ended(one, CALM, new Answer.Refused(Refusal.NO_LEADER));
        assertEquals(List.of("ANSWERS_IN_CALM"), rules);
    }

    @Test
    void leaderThatChanges_isBrokenPromise_onceNothingWasDoneForAWhile() {
        now = CALM - 1;
        liveness.ledAnew();
        assertEquals(List.of(), rules);
        now = CALM;
        liveness.ledAnew();
        assertEquals(List.of("LEADER_STAYS"), rules);
    }

    @Test
    void majorityThatIsLeftAlone_hasToAnswer_howeverTheOthersFare() {
        liveness.majority(List.of(one));
        calmSince = Long.MAX_VALUE / 2;
        liveness.ended(one, SETTLED - 1, UNKNOWN);
        liveness.ended(other, SETTLED, UNKNOWN);
        assertEquals(List.of(), rules);
        liveness.ended(one, SETTLED, UNKNOWN);
        now = SETTLED;
        liveness.ledAnew();
        assertEquals(List.of("LIVENESS_OF_MAJORITY", "LEADER_STAYS"), rules);
    }

    @Test
    void majority_neededTheTimeToItsLastCallWithoutAnswer() {
        liveness.majority(List.of(one));
        calmSince = Long.MAX_VALUE / 2;
        liveness.ended(one, BROKEN_AT + 7, UNKNOWN);
        liveness.ended(one, BROKEN_AT + 9, new Answer.Refused(Refusal.COMPACTED));
        assertEquals(7, liveness.majorityEnds());
        liveness.ended(one, SETTLED, UNKNOWN);
        assertEquals(List.of(), rules);
    }
}
