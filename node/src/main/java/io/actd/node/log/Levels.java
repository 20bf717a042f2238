package io.actd.node.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.Locale;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** Level names of etcd's log (spec OP-83) on top of logback's. */
public final class Levels {
    /** Turns an error into a {@code fatal} line: the process ends right after it. */
    public static final Marker FATAL = MarkerFactory.getMarker("FATAL");

    private Levels() {}

    /** @throws IllegalArgumentException if etcd knows no such level (spec V17) */
    public static Level threshold(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "debug" -> Level.DEBUG;
            case "info" -> Level.INFO;
            case "warn" -> Level.WARN;
            case "error", "dpanic", "panic", "fatal" -> Level.ERROR;
            default -> throw new IllegalArgumentException("unrecognized level: \"" + name + "\"");
        };
    }

    /** Whether only fatal lines pass: we never write dpanic or panic. */
    static boolean onlyFatal(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "dpanic", "panic", "fatal" -> true;
            default -> false;
        };
    }

    static boolean fatal(ILoggingEvent event) {
        var markers = event.getMarkerList();
        return markers != null && markers.contains(FATAL);
    }

    static String name(ILoggingEvent event) {
        if (fatal(event)) return "fatal";
        return switch (event.getLevel().toInt()) {
            case Level.ERROR_INT -> "error";
            case Level.WARN_INT -> "warn";
            case Level.INFO_INT -> "info";
            default -> "debug";
        };
    }
}
