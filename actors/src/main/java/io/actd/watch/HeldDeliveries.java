package io.actd.watch;

import io.actd.watch.WatchStream.Delivery;
import java.util.List;

/** Live deliveries one stream keeps for its watches that are still reading history; bounded over all of them. */
final class HeldDeliveries {
    private final WatchSettings settings;
    private int count;
    private long bytes;

    HeldDeliveries(WatchSettings settings) {
        this.settings = settings;
    }

    /** False if there is no room. */
    boolean hold(Watch watch, Delivery delivery) {
        if (count >= settings.heldDeliveries() || bytes >= settings.heldBytes()) return false;
        watch.held.add(delivery);
        count++;
        bytes += delivery.bytes();
        return true;
    }

    /** Takes out what is held for a watch, in order. */
    List<Delivery> take(Watch watch) {
        var taken = List.copyOf(watch.held);
        watch.held.clear();
        count -= taken.size();
        for (var delivery : taken) bytes -= delivery.bytes();
        return taken;
    }
}
