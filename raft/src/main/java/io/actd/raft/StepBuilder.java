package io.actd.raft;

import io.actd.raft.Effect.Persist;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The effects of one event while they are being found, kept apart by kind until they are put in order. */
final class StepBuilder {
    /** What the owner must know before anything is written or sent. */
    private final List<Effect> facts = new ArrayList<>();

    private final List<Entry> entries = new ArrayList<>();
    private final List<Message> promises = new ArrayList<>();
    private final List<Effect> sends = new ArrayList<>();
    private final List<Effect> reads = new ArrayList<>();

    void fact(Effect effect) {
        facts.add(effect);
    }

    void send(Message message) {
        sends.add(new Effect.Send(message));
    }

    /** A message that may leave only after everything written so far is durable. */
    void promise(Message message) {
        promises.add(message);
    }

    /** Asks for a transfer or installation of the store; comes behind the messages. */
    void snapshot(Effect effect) {
        sends.add(effect);
    }

    void entries(List<Entry> appended) {
        entries.addAll(appended);
    }

    void read(Effect effect) {
        reads.add(effect);
    }

    boolean mustPersist() {
        return !entries.isEmpty() || !promises.isEmpty();
    }

    /** Takes what is to be written out of the builder. */
    Persist persist(@Nullable HardState changed, EntryId last, boolean mustSync) {
        return new Persist(changed, List.copyOf(entries), last, mustSync, List.copyOf(promises));
    }

    /** Puts the effects in order and empties the builder. */
    Step build(List<Effect> roleChange, List<Persist> persist, List<Effect> commit) {
        if (facts.isEmpty() && sends.isEmpty() && reads.isEmpty() && roleChange.isEmpty() && persist.isEmpty()) {
            return commit.isEmpty() ? Step.NOTHING : new Step(commit);
        }
        List<Effect> ordered = new ArrayList<>(roleChange);
        ordered.addAll(facts);
        ordered.addAll(persist);
        ordered.addAll(sends);
        ordered.addAll(commit);
        ordered.addAll(reads);
        facts.clear();
        entries.clear();
        promises.clear();
        sends.clear();
        reads.clear();
        return new Step(List.copyOf(ordered));
    }
}
