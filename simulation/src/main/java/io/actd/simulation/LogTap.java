package io.actd.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Catches what members log on this thread: lines for the trace, and errors as the reason why one ended. */
final class LogTap extends AppenderBase<ILoggingEvent> {
    private static final ThreadLocal<@Nullable BiConsumer<Level, String>> READER = new ThreadLocal<>();
    private static final LoggerContext CONTEXT = install();

    private LogTap() {}

    private static LoggerContext install() {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        var tap = new LogTap();
        tap.setContext(context);
        tap.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(tap);
        return context;
    }

    /** From now on the reader is told what is logged on this thread at that level or above. */
    static void read(Level from, BiConsumer<Level, String> reader) {
        CONTEXT.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(from);
        READER.set(reader);
    }

    static void stopReading() {
        READER.remove();
    }

    @Override
    protected void append(ILoggingEvent event) {
        var reader = READER.get();
        if (reader == null) return;
        var text = event.getFormattedMessage();
        var throwable = event.getThrowableProxy();
        reader.accept(event.getLevel(), throwable == null ? text : text + causes(throwable));
    }

    private static String causes(IThrowableProxy throwable) {
        var text = new StringBuilder();
        for (var t = throwable; t != null; t = t.getCause()) {
            text.append("; ").append(t.getClassName()).append(": ").append(t.getMessage());
            var frames = t.getStackTraceElementProxyArray();
            for (int i = 0; i < Math.min(4, frames.length); i++)
                text.append(' ').append(frames[i].getSTEAsString());
        }
        return text.length() > 4000 ? ThrowableProxyUtil.asString(throwable).substring(0, 4000) : text.toString();
    }
}
