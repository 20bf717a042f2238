package io.actd.raft;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A state machine that remembers all it applied. Its payloads are words; a conf change reads {@code voter 4},
 * {@code learner 4} or {@code remove 4}.
 */
final class Store {
    private final List<Entry> applied = new ArrayList<>();
    private Membership membership;

    Store(Membership membership) {
        this.membership = membership;
    }

    Store copy() {
        var copy = new Store(membership);
        copy.applied.addAll(applied);
        return copy;
    }

    long appliedIndex() {
        return applied.size();
    }

    Membership membership() {
        return membership;
    }

    List<Entry> history() {
        return applied;
    }

    SnapshotMark mark() {
        if (applied.isEmpty()) {
            return new SnapshotMark(0, 0, membership);
        }
        Entry last = applied.get(applied.size() - 1);
        return new SnapshotMark(last.index(), last.term(), membership);
    }

    void apply(Entry entry) {
        if (entry.index() != applied.size() + 1) {
            throw new AssertionError("applied " + applied.size() + ", then " + entry.id());
        }
        applied.add(entry);
        if (entry.type() == Entry.Type.CONF_CHANGE) {
            Membership changed = changed(membership, text(entry.payload()));
            // A change may turn out to be impossible. From two voters to one is: if the removed one led and dies, or
            // all it
            // says is lost, the other waits for its vote for ever, since a change counts only once applied.
            membership = changed.voters().size() < 2 ? membership : changed;
        }
    }

    private static Membership changed(Membership before, String change) {
        String[] words = change.split(" ", 2);
        long id = Long.parseLong(words[1]);
        return switch (words[0]) {
            case "voter" -> before.withVoter(id);
            case "learner" -> before.withLearner(id);
            case "remove" -> before.without(id);
            default -> throw new AssertionError(change);
        };
    }

    static Payload payload(String text) {
        return Payload.of(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(Payload payload) {
        return new String(payload.bytes(), StandardCharsets.UTF_8);
    }
}
