package io.actd.node.log;

import io.actd.node.flag.GoDuration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON values into a buffer. */
final class Json {
    private Json() {}

    /** Numbers and booleans as they are, durations in Go's form, collections and arrays as lists, the rest as text. */
    static void value(StringBuilder out, @Nullable Object value) {
        switch (value) {
            case null -> out.append("null");
            case Number number -> number(out, number);
            case Boolean bool -> out.append(bool.booleanValue());
            case Duration duration -> text(out, GoDuration.format(duration));
            case Throwable failure -> text(out, failureText(failure));
            case Iterable<?> list when !(value instanceof Path) -> list(out, list);
            case Object[] array -> list(out, Arrays.asList(array));
            case Map<?, ?> map -> map(out, map);
            default -> text(out, value.toString());
        }
    }

    static String failureText(Throwable failure) {
        var message = failure.getMessage();
        return message == null || message.isEmpty() ? failure.getClass().getName() : message;
    }

    private static void number(StringBuilder out, Number number) {
        var text = number.toString();
        var finite = Character.isDigit(text.charAt(text.length() - 1));
        if (finite) {
            out.append(text);
        } else {
            text(out, text);
        }
    }

    private static void list(StringBuilder out, Iterable<?> list) {
        out.append('[');
        var first = true;
        for (var element : list) {
            if (!first) out.append(',');
            first = false;
            value(out, element);
        }
        out.append(']');
    }

    private static void map(StringBuilder out, Map<?, ?> map) {
        out.append('{');
        var first = true;
        for (var entry : map.entrySet()) {
            if (!first) out.append(',');
            first = false;
            text(out, String.valueOf(entry.getKey()));
            out.append(':');
            value(out, entry.getValue());
        }
        out.append('}');
    }

    static void text(StringBuilder out, String text) {
        out.append('"');
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) {
                        out.append("\\u00").append(hex(c >> 4)).append(hex(c & 15));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static char hex(int digit) {
        return (char) (digit < 10 ? '0' + digit : 'a' + digit - 10);
    }
}
