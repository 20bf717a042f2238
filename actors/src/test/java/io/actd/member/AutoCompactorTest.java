package io.actd.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.ByteString;
import io.actd.lease.DirectMember;
import io.actd.member.MemberConfig.AutoCompaction;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.Member;
import io.actd.protocol.api.PutRequest;
import io.actd.world.Clock;
import io.actd.world.Failpoints;
import io.actd.world.World;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.pekko.actor.testkit.typed.Effect;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Spec C-7, OP-93. The test plays the timer. */
class AutoCompactorTest {
    private final DirectMember member = new DirectMember();

    @AfterEach
    void close() {
        member.close();
    }

    /** A compactor and its timer. */
    private final class Running {
        private final BehaviorTestKit<AutoCompactor.Command> compactor;
        private final AutoCompactor.Command tick;

        Running(AutoCompaction mode, Duration interval) {
            compactor = BehaviorTestKit.create(AutoCompactor.create(member, config(mode), world()));
            @SuppressWarnings("unchecked")
            var timer = (Effect.TimerScheduled<AutoCompactor.Command>)
                    compactor.expectEffectClass(Effect.TimerScheduled.class);
            assertEquals(interval, timer.duration());
            tick = timer.msg();
            tell(tick); // the first look at the store
        }

        Running leading() {
            tell(AutoCompactor.Promoted.INSTANCE);
            return this;
        }

        void tell(AutoCompactor.Command message) {
            compactor.run(message);
            while (compactor.selfInbox().hasMessages()) {
                compactor.run(compactor.selfInbox().receiveMessage());
            }
        }

        /** So many ticks, with so many writes before each; the revisions compacted to. */
        List<Long> ticks(int ticks, int writes) {
            for (int i = 0; i < ticks; i++) {
                puts(writes);
                tell(tick);
            }
            var revisions = new ArrayList<Long>();
            for (var request : member.takeProposed()) {
                if (request.hasCompaction())
                    revisions.add(request.getCompaction().getRevision());
            }
            return revisions;
        }
    }

    private static World world() {
        return new World(Clock.system(), DirectMember.noDisk(), new SplittableRandom(1), new Failpoints());
    }

    private static MemberConfig config(AutoCompaction mode) {
        return new MemberConfig(
                Member.getDefaultInstance(),
                9,
                MemberConfig.Start.FOUND,
                List.of(),
                Path.of("none"),
                Path.of("none"),
                5,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                true,
                true,
                10_000,
                5000,
                0,
                0,
                1 << 20,
                Duration.ofMinutes(10),
                Duration.ofMinutes(5),
                1000,
                Duration.ofMillis(10),
                mode,
                MemberConfig.Reconfiguration.DEFAULTS,
                "3.6.0");
    }

    private void puts(int count) {
        for (int i = 0; i < count; i++) {
            var put = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k"));
            member.run(InternalRaftRequest.newBuilder().setPut(put));
        }
    }

    @Test
    void revisionMode_keepsANumberOfRevisions_everyFiveMinutes() {
        var compactor = new Running(new AutoCompaction.Revisions(100), Duration.ofMinutes(5)).leading();
        assertEquals(List.of(), compactor.ticks(1, 99)); // revision 100: nothing to do
        assertEquals(List.of(50L), compactor.ticks(1, 50));
        assertEquals(List.of(), compactor.ticks(1, 0)); // same as last
        assertEquals(List.of(60L), compactor.ticks(1, 10));
        assertEquals(60, member.state().store().compactedRevision());
    }

    @Test
    void follower_proposesNothing() {
        var compactor = new Running(new AutoCompaction.Revisions(10), Duration.ofMinutes(5));
        assertEquals(List.of(), compactor.ticks(3, 50));
        compactor.tell(AutoCompactor.Promoted.INSTANCE);
        assertEquals(List.of(191L), compactor.ticks(1, 50));
        compactor.tell(AutoCompactor.Demoted.INSTANCE);
        assertEquals(List.of(), compactor.ticks(3, 50));
    }

    @Test
    void periodicMode_compactsToOneRetentionAgo_everyHour() {
        var compactor = new Running(new AutoCompaction.Periodic(Duration.ofHours(2)), Duration.ofMinutes(6)).leading();
        // Revision 1, 11, 21 … at the ticks.
        assertEquals(List.of(), compactor.ticks(19, 10));
        assertEquals(List.of(1L), compactor.ticks(1, 10)); // after one retention
        assertEquals(List.of(), compactor.ticks(9, 10));
        assertEquals(List.of(101L), compactor.ticks(1, 10)); // an hour later
        assertEquals(List.of(201L), compactor.ticks(10, 10));
    }

    @Test
    void followerSamplesToo_soThatALaterLeaderCompactsAtOnce() {
        var compactor = new Running(new AutoCompaction.Periodic(Duration.ofHours(1)), Duration.ofMinutes(6));
        assertEquals(List.of(), compactor.ticks(30, 10));
        compactor.leading();
        assertEquals(List.of(211L), compactor.ticks(1, 10));
    }

    @Test
    void shortPeriod_runsEachPeriod() {
        var compactor =
                new Running(new AutoCompaction.Periodic(Duration.ofMinutes(30)), Duration.ofMinutes(3)).leading();
        assertEquals(List.of(1L, 101L), compactor.ticks(20, 10));
    }

    @Test
    void failedPeriodicCompaction_isTriedAtTheNextSample() {
        var compactor = new Running(new AutoCompaction.Periodic(Duration.ofHours(1)), Duration.ofMinutes(6)).leading();
        compactor.ticks(9, 10);
        member.refuseProposals(Refusal.TIMEOUT);
        assertEquals(List.of(1L), compactor.ticks(1, 10));
        assertEquals(List.of(11L), compactor.ticks(1, 10));
        member.refuseProposals(null);
        assertEquals(List.of(21L), compactor.ticks(1, 10));
        assertEquals(List.of(), compactor.ticks(9, 10));
    }

    @Test
    void quietStore_isNotCompactedTwice() {
        var compactor = new Running(new AutoCompaction.Periodic(Duration.ofHours(1)), Duration.ofMinutes(6)).leading();
        puts(5);
        assertEquals(List.of(1L, 6L), compactor.ticks(60, 0));
    }

    @Test
    void off_hasNoTimer() {
        var compactor =
                BehaviorTestKit.create(AutoCompactor.create(member, config(AutoCompaction.Off.INSTANCE), world()));
        assertFalse(compactor.hasEffects());
        compactor.run(AutoCompactor.Promoted.INSTANCE);
        assertEquals(List.of(), member.takeProposed());
    }
}
