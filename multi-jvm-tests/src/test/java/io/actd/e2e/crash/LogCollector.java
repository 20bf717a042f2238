package io.actd.e2e.crash;

import io.actd.check.History;
import io.actd.check.KeyRange;
import io.actd.e2e.Await;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.WatchStream;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects every event since revision 2 by a watch that resumes where it broke off (spec W-30). */
final class LogCollector {
    private final List<Event> events = new ArrayList<>();
    private final List<History.Watch> watches = new ArrayList<>();
    private @Nullable EtcdClient connection;
    private @Nullable WatchStream stream;

    /** Connects to a started server and goes on behind the last event. */
    void connect(String endpoint) {
        connection = EtcdClient.connect(endpoint);
        stream = connection.watch();
        stream.createForAll(lastKept() + 1);
    }

    /** Keeps what came over this connection, once the server is gone or the test is done with it. */
    void disconnect() {
        WatchStream ending = present();
        List<WatchResponse> answers = Ours.watchAnswers(ending.stream().answers());
        watches.add(new History.Watch(KeyRange.ZERO, KeyRange.ZERO, lastKept() + 1, answers));
        events.addAll(Ours.events(ending.events(0)));
        ending.close();
        if (connection != null) {
            connection.close();
        }
        stream = null;
    }

    private WatchStream present() {
        WatchStream open = stream;
        if (open == null) {
            throw new IllegalStateException("not connected");
        }
        return open;
    }

    private long lastKept() {
        return lastRevision(events);
    }

    private static long lastRevision(List<Event> events) {
        return events.isEmpty() ? 1 : events.get(events.size() - 1).getKv().getModRevision();
    }

    /** The newest revision seen. */
    long lastSeen() {
        return Math.max(lastKept(), lastRevision(Ours.events(present().events(0))));
    }

    /** Waits for the events of this revision. */
    void awaitRevision(long revision) {
        Await.until(
                "event of revision " + revision + " on the log watch",
                Duration.ofSeconds(20),
                () -> lastSeen() >= revision);
    }

    List<Event> events() {
        return List.copyOf(events);
    }

    List<History.Watch> watches() {
        return List.copyOf(watches);
    }
}
