package io.actd.node.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.spi.FilterReply;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import org.slf4j.LoggerFactory;

/**
 * Configures logback in code: no XML is read. The service loader finds this class, so the very first line already
 * has the right shape; {@link #configure} then applies what the flags say.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    /** For the service loader. */
    public Logging() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        try {
            apply(context, LogSettings.DEFAULT);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** @throws IOException if an output can not be opened; logging is then as it was before */
    public static void configure(LogSettings settings) throws IOException {
        apply((LoggerContext) LoggerFactory.getILoggerFactory(), settings);
    }

    private static void apply(LoggerContext context, LogSettings settings) throws IOException {
        var streams = new ArrayList<OutputStream>();
        if (!settings.outputs().contains("/dev/null")) {
            for (var output : settings.outputs()) streams.add(open(output, settings));
        }
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.setLevel(Levels.threshold(settings.level()));
        // What Pekko tells about itself is of interest only when it is wrong.
        context.getLogger("org.apache.pekko").setLevel(root.getLevel() == Level.DEBUG ? Level.INFO : Level.WARN);
        // Streams that end because a peer or a client went away: their owners say so where it matters.
        context.getLogger("org.apache.pekko.stream.Materializer").setLevel(Level.ERROR);
        for (var stream : streams) root.addAppender(appender(context, stream, settings));
    }

    private static OutputStreamAppender<ILoggingEvent> appender(
            LoggerContext context, OutputStream stream, LogSettings settings) {
        Encoder<ILoggingEvent> encoder = settings.console() ? new ConsoleEncoder() : new JsonEncoder();
        encoder.setContext(context);
        encoder.start();
        var appender = new OutputStreamAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.setOutputStream(stream);
        if (Levels.onlyFatal(settings.level())) appender.addFilter(new OnlyFatal());
        var sampler = new Sampler();
        sampler.start();
        appender.addFilter(sampler);
        appender.start();
        return appender;
    }

    private static OutputStream open(String output, LogSettings settings) throws IOException {
        return switch (output) {
            case "default", "stderr" -> new Standard(FileDescriptor.err);
            case "stdout" -> new Standard(FileDescriptor.out);
            default ->
                settings.rotation().isPresent()
                        ? new RotatingFile(Path.of(output), settings.rotation().get())
                        : new FileOutputStream(output, true);
        };
    }

    /** Stays open when an appender is replaced. */
    private static final class Standard extends FilterOutputStream {
        Standard(FileDescriptor descriptor) {
            super(new FileOutputStream(descriptor));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() {}
    }

    private static final class OnlyFatal extends Filter<ILoggingEvent> {
        @Override
        public FilterReply decide(ILoggingEvent event) {
            return Levels.fatal(event) ? FilterReply.NEUTRAL : FilterReply.DENY;
        }
    }
}
