package io.actd.watch;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The watches of one stream that have history to read, and the one page that is being read for some of them. */
final class Backlog {
    private final WatchSettings settings;
    private final Set<Watch> behind = new LinkedHashSet<>();
    /** Those the page is read for, in the order of its parts; null if none is. */
    private @Nullable List<Watch> reading;

    Backlog(WatchSettings settings) {
        this.settings = settings;
    }

    int size() {
        return behind.size();
    }

    boolean contains(Watch watch) {
        return behind.contains(watch);
    }

    void add(Watch watch) {
        behind.add(watch);
    }

    void remove(Watch watch) {
        behind.remove(watch);
    }

    /** The next page, for watches that are about equally far behind; null if there is none to read now. */
    @Nullable
    HistoryScan beginPage(int maxWatches) {
        if (reading != null || behind.isEmpty() || maxWatches <= 0) return null;
        var together = new ArrayList<Watch>();
        var parts = new ArrayList<HistoryScan.Part>();
        long first = mostUrgent().next;
        for (var watch : behind) {
            if (Math.abs(watch.next - first) >= settings.pageRevisions()) continue;
            together.add(watch);
            parts.add(new HistoryScan.Part(watch.spec, watch.next));
            if (together.size() == maxWatches) break;
        }
        reading = together;
        return new HistoryScan(List.copyOf(parts), settings.pageRevisions(), settings.pageBytes());
    }

    /** One that holds live events goes first, lest they become too many; else the one that has waited longest. */
    private Watch mostUrgent() {
        for (var watch : behind) {
            if (watch.state == Watch.State.HOLDING) return watch;
        }
        return behind.iterator().next();
    }

    /** The page is read: for whom it was, in the order of its parts. Some may have been cancelled meanwhile. */
    List<Watch> endPage() {
        if (reading == null) throw new IllegalStateException("no page was being read");
        var done = reading;
        reading = null;
        return done;
    }
}
