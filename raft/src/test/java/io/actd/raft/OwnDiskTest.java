package io.actd.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A leader whose disk stands still for an election timeout (10 ticks) while the others' do not; faults 15. */
class OwnDiskTest {
    private static final int TIMEOUT = 10;

    private final Solo solo = Solo.leader();
    private long last = 1;

    @BeforeEach
    void diskStandsStill() {
        solo.tick(1).holdDisk();
    }

    private void entry(long... writtenBy) {
        solo.propose("entry");
        last++;
        for (long peer : writtenBy) solo.receive(solo.holds(peer, last));
    }

    private List<Long> heirs() {
        return solo.seen(Effect.HeldUpByDisk.class).stream()
                .map(Effect.HeldUpByDisk::to)
                .toList();
    }

    @Test
    void othersWrite_handsOverAfterAnElectionTimeout() {
        entry(2, 3);
        solo.tick(TIMEOUT - 1);
        assertEquals(List.of(), heirs());
        solo.tick(1);
        assertEquals(List.of(2L), heirs());
        assertEquals(2, solo.lastSent(Message.TimeoutNow.class).to());
    }

    @Test
    void writesSomethingInTime_goesOnLeading() {
        entry(2, 3);
        entry(2, 3);
        solo.tick(TIMEOUT - 1);
        solo.write();
        solo.tick(TIMEOUT - 1);
        solo.write();
        solo.tick(2 * TIMEOUT);
        assertEquals(List.of(), heirs());
    }

    /** All disks are slow and the others only began earlier: nobody could write a vote in time either. */
    @Test
    void othersLackWhatCameMeanwhile_goesOnLeading() {
        entry();
        solo.tick(1);
        for (int i = 0; i < 4; i++) {
            long behind = last;
            entry();
            for (long peer : List.of(2L, 3L)) solo.receive(solo.holds(peer, behind));
            solo.tick(TIMEOUT);
        }
        assertEquals(List.of(), heirs());
    }

    @Test
    void nobodyElseWrites_goesOnLeading() {
        entry();
        for (int i = 0; i < 4; i++) {
            solo.receive(solo.holds(2, 1)).receive(solo.holds(3, 1)).tick(TIMEOUT);
        }
        assertEquals(List.of(), heirs());
    }

    @Test
    void heirDoesNotTakeOver_writesGoOn_thenItIsAnothersTurn() {
        entry(2, 3);
        solo.tick(TIMEOUT);
        solo.receive(solo.holds(2, last)).receive(solo.holds(3, last)).tick(TIMEOUT);
        assertEquals(List.of(new Effect.TransferEnded(2, false)), solo.seen(Effect.TransferEnded.class));

        entry(2, 3);
        assertEquals(2, solo.seen(Effect.Appended.class).size());
        solo.tick(TIMEOUT + 1);
        assertEquals(List.of(2L, 3L), heirs());
    }

    @Test
    void transferRuns_isLeftAlone() {
        entry(2, 3);
        solo.tick(TIMEOUT - 1).on(new Event.TransferLeadership(3)).tick(1);
        assertEquals(List.of(), heirs());
        assertEquals(3, solo.lastSent(Message.TimeoutNow.class).to());
    }
}
