package io.actd.e2e.cluster;

import io.actd.e2e.load.Recording;
import io.actd.e2e.load.Verdict;
import io.actd.e2e.score.Scoreboard;
import java.util.Map;
import java.util.TreeMap;

/** What a story adds to the scoreboard. One that came out wrong is a failure in each line: it shows nothing there. */
final class StoryScore {
    private final Recording recording;
    private final Map<String, Integer> counts = new TreeMap<>();
    private final String faults;
    private boolean passed;

    /** @param faults those that were seen to take effect */
    StoryScore(Recording recording, Map<Faults.Kind, Integer> faults) {
        this.recording = recording;
        this.faults = faults.toString();
        faults.forEach((kind, seen) -> {
            if (kind.isInjected()) {
                counts.merge("3", seen, Integer::sum);
            }
            counts.merge(kind.line(), seen, Integer::sum);
        });
        counts.remove("");
    }

    void judged(Verdict verdict) {
        counts.put("5", verdict.windows());
        counts.put("26", verdict.changesOfLeader());
    }

    /** Nothing was wrong. */
    void passed() {
        passed = true;
    }

    void add(String story, long seed) {
        counts.put("4", recording.count());
        counts.forEach((line, count) -> {
            if (count > 0) {
                Scoreboard.add(line, Scoreboard.REAL, story, count, passed ? 0 : 1, seed);
            }
        });
    }

    @Override
    public String toString() {
        return "faults seen: " + faults;
    }
}
