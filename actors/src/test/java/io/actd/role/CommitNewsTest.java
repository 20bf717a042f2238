package io.actd.role;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.member.ManualClock;
import io.actd.raft.Entry;
import io.actd.raft.EntryId;
import io.actd.raft.Message;
import io.actd.raft.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A leader of term 5 with the peers 2 and 3; §5.3 asks only that followers learn eventually what is committed. */
class CommitNewsTest {
    private static final Duration LITTLE = CommitNews.PATIENCE.dividedBy(2);

    private final ManualClock clock = ManualClock.nearOverflow();
    private final List<String> sent = new ArrayList<>();
    private final CommitNews news = new CommitNews(clock, message -> sent.add(text(message)), this::due);
    private int timesDue;

    private void due() {
        timesDue++;
        news.sendDue();
    }

    private static String text(Message message) {
        return message.to()
                + switch (message) {
                    case Message.AppendEntries append ->
                        " append " + append.entries().size() + " commit " + append.leaderCommit();
                    case Message.ReadIndexReply reply -> " read at " + reply.readIndex();
                    default -> " other";
                };
    }

    private void committed(long peer, long index) {
        news.send(new Message.AppendEntries(1, peer, 5, new EntryId(5, index), List.of(), index));
    }

    private void append(long peer, long index, long commitIndex) {
        var entry = new Entry(5, index, Entry.Type.NORMAL, Payload.EMPTY);
        news.send(new Message.AppendEntries(1, peer, 5, new EntryId(5, index - 1), List.of(entry), commitIndex));
    }

    private void pass(Duration time) {
        clock.pass(time);
        clock.runDue();
    }

    @Test
    void newsThatNothingOvertakes_leavesWhenItsTimeIsOver() {
        committed(2, 7);
        pass(LITTLE);
        assertEquals(List.of(), sent);
        pass(LITTLE);
        assertEquals(List.of("2 append 0 commit 7"), sent);
        pass(CommitNews.PATIENCE);
        assertEquals(1, timesDue);
    }

    @Test
    void entries_makeTheNewsOfTheirPeerWorthless() {
        committed(2, 7);
        committed(3, 7);
        append(2, 8, 7);
        pass(CommitNews.PATIENCE);
        assertEquals(List.of("2 append 1 commit 7", "3 append 0 commit 7"), sent);
    }

    @Test
    void laterNews_takesThePlaceOfEarlier_andWaitsNoLonger() {
        committed(2, 7);
        pass(LITTLE);
        committed(2, 8);
        pass(LITTLE);
        assertEquals(List.of("2 append 0 commit 8"), sent);
    }

    @Test
    void newsKeptLater_isSentLater() {
        committed(2, 7);
        pass(LITTLE);
        committed(3, 7);
        pass(LITTLE);
        assertEquals(List.of("2 append 0 commit 7"), sent);
        pass(CommitNews.PATIENCE);
        assertEquals(List.of("2 append 0 commit 7", "3 append 0 commit 7"), sent);
    }

    @Test
    void whoPassedOnAProposal_isToldAtOnce() {
        news.passedOn(2, 8);
        committed(2, 7);
        committed(2, 8);
        committed(2, 9);
        assertEquals(List.of("2 append 0 commit 7", "2 append 0 commit 8"), sent);
    }

    @Test
    void whoAskedForARead_isToldBeforeItIsAnswered() { // thesis §6.4: it runs once that index is applied there
        committed(2, 7);
        news.send(new Message.ReadIndexReply(1, 2, 5, 4, 7));
        assertEquals(List.of("2 append 0 commit 7", "2 read at 7"), sent);
    }

    @Test
    void allThatIsKept_canBeSentAtOnce() {
        committed(2, 7);
        committed(3, 7);
        news.sendKept();
        assertEquals(Set.of("2 append 0 commit 7", "3 append 0 commit 7"), Set.copyOf(sent));
        pass(CommitNews.PATIENCE);
        assertEquals(2, sent.size());
    }

    @Test
    void whoLeadsNoLonger_hasNoNews() {
        committed(2, 7);
        news.stop();
        pass(CommitNews.PATIENCE);
        assertEquals(List.of(), sent);
    }
}
