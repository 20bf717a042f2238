package io.actd.watch;

import io.actd.mvcc.KeyRange;
import io.actd.mvcc.RevisionEvents;
import io.actd.protocol.mvcc.Event;
import io.actd.watch.WatchStream.Delivery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Who listens to which keys: the synced watches of all streams. Watches of the same range share one entry and one list
 * of events, so a revision costs by the ranges it touches and by its listeners, not by the watches there are.
 */
final class Audience {
    private final KeyRangeMap<Interest> interests = new KeyRangeMap<>();
    private final List<Interest> touched = new ArrayList<>();

    /** One stream as the hub sees it. */
    static final class Listener {
        final ActorRef<WatchStream.Command> stream;
        final WatchOutlet outlet;
        private final Map<Long, Registration> registrations = new LinkedHashMap<>();
        /** Deliveries of the batch at hand. */
        private List<Delivery> deliveries = new ArrayList<>();

        private long deliveryBytes;
        /** Live messages told and not yet handled by the stream, and their bytes. */
        int unhandledMessages;

        long unhandledBytes;
        /** As last reported by the stream. */
        int watches;

        int slowWatches;

        Listener(ActorRef<WatchStream.Command> stream, WatchOutlet outlet) {
            this.stream = stream;
            this.outlet = outlet;
        }

        boolean listens() {
            return !registrations.isEmpty();
        }

        long deliveryBytes() {
            return deliveryBytes;
        }

        /** The deliveries of this batch; the next batch begins empty. */
        List<Delivery> takeDeliveries() {
            var taken = deliveries;
            deliveries = new ArrayList<>();
            deliveryBytes = 0;
            return taken;
        }
    }

    private record Registration(Listener listener, long number, Interest interest) {}

    /** A range somebody listens to. */
    private static final class Interest {
        final KeyRange range;
        final Set<Registration> registrations = new LinkedHashSet<>();
        /** Events of the revision at hand. */
        @Nullable
        List<Event> events;

        Interest(KeyRange range) {
            this.range = range;
        }
    }

    /** From now on the listener hears the range, under this number of its own. */
    void join(Listener listener, long number, KeyRange range) {
        var interest = interests.computeIfAbsent(range, () -> new Interest(range));
        var registration = new Registration(listener, number, interest);
        interest.registrations.add(registration);
        listener.registrations.put(number, registration);
    }

    /** The number is not heard any more; unknown numbers are fine. */
    void leave(Listener listener, long number) {
        var registration = listener.registrations.remove(number);
        if (registration != null) forget(registration);
    }

    void leaveAll(Listener listener) {
        listener.registrations.values().forEach(this::forget);
        listener.registrations.clear();
    }

    private void forget(Registration registration) {
        var interest = registration.interest();
        interest.registrations.remove(registration);
        if (interest.registrations.isEmpty()) interests.remove(interest.range);
    }

    /** True if nobody listens to anything. */
    boolean isEmpty() {
        return interests.isEmpty();
    }

    /** Adds one delivery for each watch the revision touches; listeners that had none yet join {@code reached}. */
    void gather(RevisionEvents revision, List<Listener> reached) {
        for (var event : revision.events()) {
            interests.forEachContaining(event.getKv().getKey(), interest -> {
                if (interest.events == null) {
                    interest.events = new ArrayList<>(1);
                    touched.add(interest);
                }
                interest.events.add(event);
            });
        }
        for (var interest : touched) {
            var events = List.copyOf(interest.events == null ? List.of() : interest.events);
            interest.events = null;
            long bytes = events.stream().mapToLong(Event::getSerializedSize).sum();
            for (var registration : interest.registrations) {
                var listener = registration.listener();
                if (listener.deliveries.isEmpty()) reached.add(listener);
                listener.deliveries.add(new Delivery(registration.number(), revision.revision(), events, bytes));
                listener.deliveryBytes += bytes;
            }
        }
        touched.clear();
    }
}
