package io.actd.node.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What both formats take out of an event: the time, the place, the fields. */
final class Line {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSXX");
    /** Frames between the encoder and the line that logs; the walk ends earlier as a rule. */
    private static final int FRAMES = 40;

    private static final StackWalker WALKER = StackWalker.getInstance();

    private Line() {}

    /** Microseconds, zone {@code Z} or {@code +0200} (spec OP-83). */
    static String time(Instant instant, ZoneId zone) {
        return TIME.format(instant.atZone(zone.equals(ZoneId.of("UTC")) ? ZoneOffset.UTC : zone));
    }

    /**
     * {@code package/File.java:line} if the logging class is found among the nearest frames, {@code package/Class}
     * otherwise, as for lines that Pekko hands over on another thread. Lines are sampled, so the walk is cheap enough.
     */
    static String caller(String loggerName) {
        var dot = loggerName.lastIndexOf('.');
        var packageName = loggerName.substring(loggerName.lastIndexOf('.', Math.max(0, dot - 1)) + 1, Math.max(0, dot));
        var prefix = packageName.isEmpty() ? "" : packageName + "/";
        if (loggerName.startsWith("io.actd.")) {
            var frame = WALKER.walk(frames -> frames.limit(FRAMES)
                    .filter(f -> f.getClassName().startsWith(loggerName))
                    .findFirst());
            if (frame.isPresent())
                return prefix + frame.get().getFileName() + ":" + frame.get().getLineNumber();
        }
        return prefix + loggerName.substring(dot + 1);
    }

    /** etcd names the logger of the raft lines only. */
    static @Nullable String logger(ILoggingEvent event) {
        return event.getLoggerName().startsWith("io.actd.role.") ? "raft" : null;
    }

    /** Key-values in order, then the error and, for errors, its stack. */
    static void fields(ILoggingEvent event, BiConsumer<String, @Nullable Object> field) {
        var pairs = event.getKeyValuePairs();
        var hasError = false;
        if (pairs != null) {
            for (var pair : pairs) {
                hasError |= pair.key.equals("error");
                field.accept(pair.key, pair.value);
            }
        }
        var failure = event.getThrowableProxy();
        if (failure == null) return;
        if (!hasError) {
            var message = failure.getMessage();
            field.accept("error", message == null || message.isEmpty() ? failure.getClassName() : message);
        }
        if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            field.accept("stacktrace", ThrowableProxyUtil.asString(failure).strip());
        }
    }
}
