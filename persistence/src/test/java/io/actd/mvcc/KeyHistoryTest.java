package io.actd.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The worked example of {@link KeyHistory}. */
final class KeyHistoryTest {
    private final KeyHistory history =
            KeyHistory.created(2, 0).put(5, 0).deleted(7, 0).put(9, 3);

    @Test
    void newestPair_hasRevisionsOfItsIncarnation() {
        assertEquals("2.0 5.0 7.0t 9.3", text(history));
        assertEquals(9, history.createRevision());
        assertEquals(1, history.version());
        assertEquals(2, KeyHistory.created(2, 0).put(5, 0).createRevision());
        assertEquals(2, KeyHistory.created(2, 0).put(5, 0).version());
    }

    @Test
    void find_givesNewestChangeAtOrBelow() {
        int[] expected = {-1, -1, 0, 0, 0, 1, 1, 2, 2, 3, 3};
        for (int revision = 0; revision < expected.length; revision++) {
            assertEquals(expected[revision], history.find(revision), "at " + revision);
        }
    }

    @Test
    void compacted_keepsWhatIsReadableAndADeletionExactlyThere() {
        assertSame(history, history.compacted(1));
        assertSame(history, history.compacted(4));
        assertEquals("5.0 7.0t 9.3", text(history.compacted(6)));
        assertEquals("7.0t 9.3", text(history.compacted(7))); // spec FM-67
        assertEquals("9.3", text(history.compacted(8)));
        assertEquals("9.3", text(history.compacted(100)));
        assertNull(KeyHistory.deletedBefore(3, 0).compacted(4));
    }

    @Test
    void olderHistory_doesNotSeeWhatIsAddedBehindIt() {
        var before = history.put(11, 0);
        var after = before.put(12, 0);
        assertEquals("2.0 5.0 7.0t 9.3 11.0", text(before));
        assertEquals("2.0 5.0 7.0t 9.3 11.0 12.0", text(after));
    }

    private static String text(@Nullable KeyHistory history) {
        if (history == null) return "";
        var text = new StringBuilder();
        for (int i = 0; i < history.size(); i++) {
            text.append(history.main(i)).append('.').append(history.sub(i));
            text.append(history.isTombstone(i) ? "t " : " ");
        }
        return text.toString().strip();
    }
}
