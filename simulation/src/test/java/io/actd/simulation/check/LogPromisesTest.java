package io.actd.simulation.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.raft.Entry;
import io.actd.raft.EntryId;
import io.actd.raft.HardState;
import io.actd.raft.Membership;
import io.actd.raft.Message.AppendEntries;
import io.actd.raft.Message.AppendEntriesReply;
import io.actd.raft.Payload;
import io.actd.raft.SnapshotMark;
import io.actd.wal.WalBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Members 1 and 2, told of by hand. */
class LogPromisesTest {
    private final List<String> broken = new ArrayList<>();
    private final LogPromises promises =
            new LogPromises(what -> broken.add(what.substring(0, what.indexOf(' ')))); // the rule only

    private static Entry entry(long term, long index, String content) {
        var payload = Payload.of(content.getBytes(StandardCharsets.UTF_8));
        return new Entry(term, index, Entry.Type.NORMAL, payload);
    }

    /** Entries of one term, each with its index as content. */
    private static WalBatch entries(long term, long from, long to) {
        var entries = LongStream.rangeClosed(from, to)
                .mapToObj(index -> entry(term, index, "e" + index))
                .toList();
        return new WalBatch(entries, null, null, true);
    }

    private static WalBatch state(long term, long votedFor, long commitIndex) {
        return new WalBatch(List.of(), new HardState(term, votedFor, commitIndex), null, true);
    }

    private static WalBatch installed(long term, long index) {
        var mark = new SnapshotMark(index, term, Membership.EMPTY);
        return new WalBatch(List.of(), new HardState(term, 0, index), mark, true);
    }

    private void starts(long member, WalBatch... found) {
        promises.starts(member);
        for (var batch : found) promises.reader(member).recovers(batch);
    }

    private void writes(long member, WalBatch... batches) {
        for (var batch : batches) promises.reader(member).writes(batch);
    }

    private void acknowledges(long member, long term, long matchIndex) {
        promises.acknowledged(new AppendEntriesReply(member, 9, term, matchIndex, false, EntryId.ZERO));
    }

    // ---- what is written

    @Test
    void termVoteAndCommitIndex_neverGoBack() {
        long member = 20;
        for (var next : List.of(state(2, 1, 4), state(3, 0, 4), state(3, 1, 3), state(4, 1, 3))) {
            broken.clear();
            member++;
            starts(member);
            writes(member, entries(1, 1, 4), state(3, 1, 4), next);
            assertEquals(List.of("HARD_STATE_MONOTONIC"), broken, next.toString());
        }
    }

    @Test
    void commitIndexOfAnInstalledStore_neverGoesBack() {
        starts(1);
        writes(1, entries(1, 1, 4), installed(2, 9), state(3, 0, 4));
        assertEquals(List.of("HARD_STATE_MONOTONIC"), broken);
    }

    // ---- what a restart keeps

    @Test
    void restartWithAllThatWasWritten_isRight() {
        starts(1);
        writes(1, entries(1, 1, 5), state(2, 2, 4));
        starts(1, state(2, 2, 4), entries(1, 1, 5));
        writes(1, entries(2, 6, 6));
        assertEquals(List.of(), broken);
    }

    @Test
    void batchUnderWay_mayBeLostOrTorn() {
        for (var found : List.of(entries(1, 1, 5), entries(1, 1, 7), entries(1, 1, 9))) {
            long member = found.entries().size();
            starts(member);
            writes(member, entries(1, 1, 5), entries(1, 6, 9));
            starts(member, found);
            writes(member, state(2, 2, 4));
            assertEquals(List.of(), broken);
        }
    }

    @Test
    void entryBeforeTheBatchUnderWay_isNotLost() {
        starts(1);
        writes(1, entries(1, 1, 5), entries(1, 6, 9));
        starts(1, entries(1, 1, 4));
        writes(1, state(2, 2, 4));
        assertEquals(List.of("LOG_KEPT"), broken);
    }

    @Test
    void wholeLog_isNotLost() {
        starts(1);
        writes(1, entries(1, 1, 5), entries(1, 6, 9));
        starts(1);
        writes(1, state(2, 2, 0));
        assertEquals(List.of("LOG_KEPT"), broken);
    }

    @Test
    void replacedEntry_doesNotComeBack() {
        starts(1);
        writes(1, entries(1, 1, 5), entries(2, 4, 4), state(2, 1, 3));
        starts(1, state(2, 1, 3), entries(1, 1, 5));
        writes(1, state(3, 1, 3));
        assertEquals(List.of("LOG_KEPT"), broken);
    }

    @Test
    void termVoteAndCommitIndex_areNotLost() {
        long member = 10;
        for (var found : List.of(state(2, 2, 4), state(3, 2, 4), state(3, 0, 4), state(3, 1, 3))) {
            broken.clear();
            member++;
            starts(member);
            writes(member, state(3, 1, 4), entries(3, 1, 1));
            starts(member, found);
            writes(member, state(4, 1, 4));
            assertEquals(List.of("LOG_KEPT"), broken, found.toString());
        }
    }

    @Test
    void acknowledgedEntry_isNotLost() {
        starts(1);
        writes(1, entries(1, 1, 5));
        acknowledges(1, 1, 5);
        starts(1, entries(1, 1, 4));
        writes(1, state(2, 2, 4));
        assertEquals(List.of("LOG_KEPT"), broken);
    }

    /** A batch has one sync. */
    @Test
    void batchOfAnAcknowledgedEntry_isNotLost() {
        starts(1);
        writes(1, entries(1, 1, 5), entries(1, 6, 9));
        acknowledges(1, 1, 6);
        starts(1, entries(1, 1, 5));
        writes(1, state(2, 2, 4));
        assertEquals(List.of("LOG_KEPT"), broken);
    }

    @Test
    void acknowledgementOfAnEarlierTerm_saysNothingOfWhatReplacesIt() {
        starts(1);
        writes(1, entries(1, 1, 6), entries(2, 6, 9));
        acknowledges(1, 1, 6);
        starts(1, entries(1, 1, 6));
        writes(1, state(2, 2, 4));
        assertEquals(List.of(), broken);
    }

    @Test
    void voteOthersKnowOf_isNotLost() {
        starts(1);
        writes(1, state(2, 0, 4), state(2, 3, 4));
        promises.voted(1, 2, 3);
        starts(1, state(2, 0, 4));
        writes(1, state(3, 1, 4));
        assertEquals(List.of("LOG_KEPT"), broken);
    }

    @Test
    void voteThatIsDurable_saysNothingOfWhatIsUnderWay() {
        starts(1);
        writes(1, state(2, 3, 4), state(2, 3, 5));
        promises.voted(1, 2, 3);
        starts(1, state(2, 3, 4));
        writes(1, state(3, 1, 4));
        assertEquals(List.of(), broken);
    }

    @Test
    void logThatRestartedBehindAnInstalledStore_stays() {
        starts(1);
        writes(1, entries(1, 1, 3), installed(2, 20), entries(2, 21, 22));
        starts(1, installed(2, 20), entries(2, 21, 22));
        writes(1, state(2, 1, 21));
        assertEquals(List.of(), broken);
        starts(1, state(2, 1, 21), entries(1, 1, 3));
        writes(1, state(2, 1, 22));
        assertEquals(List.of("LOG_KEPT"), broken);
    }

    @Test
    void installedStore_whoseMarkWasUnderWay_mayCountOrNot() {
        for (var found : List.of(entries(1, 1, 3), installed(2, 20))) {
            long member = found.entries().size();
            starts(member);
            writes(member, entries(1, 1, 3), installed(2, 20));
            starts(member, found);
            writes(member, state(2, 2, 20));
            assertEquals(List.of(), broken);
        }
    }

    @Test
    void acknowledgementOfWhatWasNeverWritten_isSeen() {
        starts(1);
        writes(1, entries(1, 1, 5));
        acknowledges(1, 1, 6);
        assertEquals(List.of("DURABLE_BEFORE_SENT"), broken);
    }

    @Test
    void applyingWhatWasNeverWritten_isSeen() {
        starts(1);
        writes(1, entries(1, 1, 5));
        promises.applied(1, 1, new EntryId(1, 5));
        assertEquals(List.of(), broken);
        promises.applied(1, 1, new EntryId(1, 6));
        assertEquals(List.of("WRITTEN_BEFORE_APPLIED"), broken);
    }

    /** D2: nothing is applied, and answered, before its batch is synced. */
    @Test
    void entryThatWasApplied_isNotLost() {
        starts(1);
        writes(1, entries(1, 1, 5), entries(1, 6, 9));
        promises.applied(1, 1, new EntryId(1, 9));
        starts(1, entries(1, 1, 5));
        writes(1, state(2, 2, 4));
        assertEquals(List.of("LOG_KEPT"), broken);
    }

    @Test
    void acknowledgement_saysNothingOfAStateUnderWay() {
        starts(1);
        writes(1, entries(1, 1, 5), state(1, 0, 3), state(1, 0, 4));
        acknowledges(1, 1, 5);
        starts(1, entries(1, 1, 5), state(1, 0, 3));
        writes(1, state(2, 2, 3));
        assertEquals(List.of(), broken);
    }

    // ---- what members have in common

    @Test
    void oneIdForTwoEntries_isSeen() {
        writes(1, entries(1, 1, 3));
        writes(2, entries(1, 1, 2));
        assertEquals(List.of(), broken);
        writes(2, new WalBatch(List.of(entry(1, 3, "other")), null, null, true));
        assertEquals(List.of("LOG_MATCHING"), broken);
    }

    @Test
    void oneEntryBehindTwoOthers_isSeen() {
        writes(1, entries(1, 1, 3), entries(3, 4, 4));
        promises.sent(
                new AppendEntries(9, 2, 3, new EntryId(1, 3), entries(3, 4, 4).entries(), 0));
        assertEquals(List.of(), broken);
        promises.sent(
                new AppendEntries(9, 2, 3, new EntryId(2, 3), entries(3, 4, 4).entries(), 0));
        assertEquals(List.of("LOG_MATCHING"), broken);
    }

    @Test
    void leaderWithAllThatWasCommittedBefore_isRight() {
        writes(1, entries(1, 1, 3));
        promises.applied(1, 1, new EntryId(1, 3));
        writes(1, entries(2, 4, 4));
        promises.applied(1, 2, new EntryId(2, 4));
        writes(2, entries(1, 1, 3), entries(2, 4, 4));
        assertEquals(List.of(), broken);
    }

    @Test
    void leaderWhoseLogIsTooShort_orHasAnotherEntry_isSeen() {
        writes(1, entries(1, 1, 3));
        writes(2, entries(1, 1, 2));
        promises.applied(1, 1, new EntryId(1, 3));
        writes(2, entries(2, 3, 3));
        assertEquals(List.of("LEADER_COMPLETENESS"), broken);
        promises.applied(1, 2, new EntryId(1, 3));
        writes(2, entries(3, 4, 4));
        assertEquals(List.of("LEADER_COMPLETENESS", "LEADER_COMPLETENESS", "LEADER_COMPLETENESS"), broken);
    }

    @Test
    void leaderThatHasTheStoreInstead_isRight() {
        writes(1, installed(1, 20));
        promises.applied(1, 1, new EntryId(1, 20));
        writes(1, entries(2, 21, 21));
        assertEquals(List.of(), broken);
    }
}
