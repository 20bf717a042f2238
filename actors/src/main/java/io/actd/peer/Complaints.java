package io.actd.peer;

import io.actd.world.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Warnings that would otherwise fill the log: each subject at most once a minute, with the number of those not written.
 * Remembers the last {@value #MAX_SUBJECTS} subjects. Safe for any thread.
 */
final class Complaints {
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MAX_SUBJECTS = 64;

    private static final class Subject {
        private long writtenNanos;
        private long notWritten;
    }

    private final Logger log;
    private final Clock clock;
    private final Map<String, Subject> subjects = new LinkedHashMap<>();

    Complaints(Logger log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /** Writes the text, unless it wrote about this subject within the last minute. */
    synchronized void about(String subject, String text) {
        long now = clock.nanoTime();
        var known = subjects.get(subject);
        if (known != null && now - known.writtenNanos < PAUSE_NANOS) {
            known.notWritten++;
            return;
        }
        if (known == null) {
            known = new Subject();
            subjects.put(subject, known);
            if (subjects.size() > MAX_SUBJECTS)
                subjects.remove(subjects.keySet().iterator().next());
        }
        if (known.notWritten == 0) log.warn(text);
        else log.warn("{} (and {} times since the last line)", text, known.notWritten);
        known.writtenNanos = now;
        known.notWritten = 0;
    }
}
