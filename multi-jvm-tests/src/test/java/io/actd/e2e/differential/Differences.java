package io.actd.e2e.differential;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchResponse;
import java.util.List;

/** How differences are shown. */
final class Differences {
    private static final int ENOUGH_CHARACTERS = 3_000;
    private static final int ENOUGH_EVENTS = 5;

    private Differences() {}

    static String oneLine(Message message) {
        String text = TextFormat.printer().printToString(message).replaceAll("\\s+", " ");
        return text.length() <= ENOUGH_CHARACTERS
                ? text
                : text.substring(0, ENOUGH_CHARACTERS) + "… (" + message.getSerializedSize() + " bytes)";
    }

    /** What a watcher should have got and did get, from the first event on in which the three are not the same. */
    static String ofEvents(
            StoreView.Watcher watcher, List<Event> log, List<WatchResponse> etcd, List<WatchResponse> actd) {
        List<Event> ofEtcd = events(etcd);
        List<Event> ofActd = events(actd);
        int same = 0;
        while (ofEtcd.size() > same
                && ofActd.size() > same
                && log.size() > same
                && ofEtcd.get(same).equals(ofActd.get(same))
                && withoutPrevious(ofEtcd.get(same)).equals(log.get(same))) {
            same++;
        }
        return "  events of " + watcher + " after the first " + same
                + "\n  log:  " + from(same, log)
                + "\n  etcd: " + from(same, ofEtcd) + ends(etcd)
                + "\n  actd: " + from(same, ofActd) + ends(actd);
    }

    static Event withoutPrevious(Event event) {
        return event.toBuilder().clearPrevKv().build();
    }

    private static List<Event> events(List<WatchResponse> answers) {
        return answers.stream()
                .flatMap(answer -> answer.getEventsList().stream())
                .toList();
    }

    private static String from(int first, List<Event> events) {
        return events.size() + " in all; "
                + events.stream()
                        .skip(first)
                        .limit(ENOUGH_EVENTS)
                        .map(Differences::oneLine)
                        .toList();
    }

    private static String ends(List<WatchResponse> answers) {
        return answers.stream()
                .filter(WatchResponse::getCanceled)
                .map(answer -> "; end " + oneLine(answer))
                .reduce("", String::concat);
    }
}
