package io.actd.simulation.score;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Deals stories out to rounds, all of them before any a second time, as many to a round as there is time for. */
final class Rounds {
    private static final double LONGEST_SECONDS = 600;
    private static final double START_SECONDS = 30;
    private static final double FIRST_GUESS_SECONDS = 20;
    private static final int MOST_SCALE = 3;

    private final List<String> stories;
    private long seed;
    private int dealt;
    private double playedSeconds;
    private int played; // stories × scale

    /** @param seed of the first round; the next one has the next */
    Rounds(List<String> stories, long seed) {
        this.stories = new ArrayList<>(stories);
        this.seed = seed;
        Collections.shuffle(this.stories, new Random(seed));
    }

    /** A round that should be over by then; empty if not even one story would be. */
    Optional<Round> next(double secondsLeft) {
        double seconds = Math.min(secondsLeft, LONGEST_SECONDS) - START_SECONDS;
        int scale = Math.max(1, Math.min(1 + dealt++ % MOST_SCALE, (int) (seconds / secondsEach())));
        int fit = Math.min(stories.size(), (int) (seconds / secondsEach() / scale));
        if (fit <= 0) return Optional.empty();
        var chosen = List.copyOf(stories.subList(0, fit));
        Collections.rotate(stories, -fit);
        return Optional.of(new Round(seed++, chosen, scale));
    }

    /** Learns from a round how long stories take here. */
    void took(Round round, double seconds) {
        playedSeconds += Math.max(0, seconds - START_SECONDS);
        played += round.stories().size() * round.scale();
    }

    private double secondsEach() {
        return played == 0 ? FIRST_GUESS_SECONDS : Math.max(1, playedSeconds / played);
    }
}
