package io.actd.node.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;

/** Tab-separated time, level, logger, caller, message, then the fields as one JSON object (spec OP-84). */
final class ConsoleEncoder extends EncoderBase<ILoggingEvent> {
    private static final byte[] NONE = new byte[0];
    private final ZoneId zone = ZoneId.systemDefault();

    @Override
    public byte[] headerBytes() {
        return NONE;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        var out = new StringBuilder(256);
        out.append(Line.time(event.getInstant(), zone)).append('\t').append(Levels.name(event));
        var logger = Line.logger(event);
        if (logger != null) out.append('\t').append(logger);
        out.append('\t').append(Line.caller(event.getLoggerName()));
        out.append('\t').append(event.getFormattedMessage());
        var fields = new StringBuilder();
        Line.fields(event, (key, value) -> {
            fields.append(fields.isEmpty() ? "{" : ", ");
            Json.text(fields, key);
            fields.append(": ");
            Json.value(fields, value);
        });
        if (!fields.isEmpty()) out.append('\t').append(fields).append('}');
        return out.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return NONE;
    }
}
