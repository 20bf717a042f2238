package io.actd.node.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Per second, level and message text the first 100 lines pass, then each 100th (spec OP-86). Counters are shared by
 * texts of equal hash: a rare line may be lost in a flood, memory is bounded.
 */
final class Sampler extends Filter<ILoggingEvent> {
    private static final int SLOTS = 4096;
    private static final int FIRST = 100;
    private static final int EACH = 100;

    private final AtomicLongArray second = new AtomicLongArray(SLOTS);
    private final AtomicIntegerArray count = new AtomicIntegerArray(SLOTS);

    @Override
    public FilterReply decide(ILoggingEvent event) {
        if (Levels.fatal(event)) return FilterReply.NEUTRAL;
        var slot = Math.floorMod(
                event.getMessage().hashCode() * 31 + event.getLevel().toInt(), SLOTS);
        var now = event.getTimeStamp() / 1000;
        var last = second.get(slot);
        if (last != now && second.compareAndSet(slot, last, now)) count.set(slot, 0);
        var n = count.incrementAndGet(slot);
        return n <= FIRST || n % EACH == 0 ? FilterReply.NEUTRAL : FilterReply.DENY;
    }
}
