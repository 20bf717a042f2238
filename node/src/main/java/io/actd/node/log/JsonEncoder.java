package io.actd.node.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;

/** One JSON object a line with level, ts, caller and msg first (spec OP-83). */
final class JsonEncoder extends EncoderBase<ILoggingEvent> {
    private static final byte[] NONE = new byte[0];
    private final ZoneId zone = ZoneId.systemDefault();

    @Override
    public byte[] headerBytes() {
        return NONE;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        var out = new StringBuilder(256);
        out.append("{\"level\":\"").append(Levels.name(event)).append("\",\"ts\":\"");
        out.append(Line.time(event.getInstant(), zone)).append('"');
        var logger = Line.logger(event);
        if (logger != null) out.append(",\"logger\":\"").append(logger).append('"');
        out.append(",\"caller\":");
        Json.text(out, Line.caller(event.getLoggerName()));
        out.append(",\"msg\":");
        Json.text(out, event.getFormattedMessage());
        Line.fields(event, (key, value) -> {
            out.append(',');
            Json.text(out, key);
            out.append(':');
            Json.value(out, value);
        });
        return out.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return NONE;
    }
}
