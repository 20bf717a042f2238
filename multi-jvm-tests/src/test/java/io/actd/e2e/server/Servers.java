package io.actd.e2e.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Owner of the servers of a test (as instance field) or of a test class (as static field).
 *
 * <p>At its end every process is killed and every directory removed. When a test fails, the last logs are copied to
 * {@code target/e2e-logs}, or where {@code -Dkept.logs} says, and named in the output.
 */
public final class Servers
        implements BeforeAllCallback, AfterEachCallback, AfterAllCallback, TestExecutionExceptionHandler {
    private static final int KEPT_LOGS = 4;
    private static final Path KEPT = Path.of(System.getProperty("kept.logs", "target/e2e-logs"));

    private final List<ServerProcess> servers = new ArrayList<>();
    private final List<Path> directories = new ArrayList<>();
    private boolean perClass;

    /** Starts a fresh server of the program under test and waits until it is ready. */
    public ServerProcess start(String... extraFlags) {
        return start(Target.underTest(), extraFlags);
    }

    /** Starts a fresh server of the given program and waits until it is ready. */
    public ServerProcess start(Target target, String... extraFlags) {
        return launch(configure(target, extraFlags)).awaitReady();
    }

    /** Settings of a server in a new empty directory. */
    public ServerConfig configure(Target target, String... extraFlags) {
        return ServerConfig.onFreePorts(target, newDirectory().resolve("data"), extraFlags);
    }

    /** Starts a server without waiting for it. */
    public ServerProcess launch(ServerConfig config) {
        ServerProcess server = ServerProcess.launch(config, newDirectory().resolve("server.log"));
        servers.add(server);
        return server;
    }

    /** A directory that is removed at the end. */
    public Path newDirectory() {
        try {
            Path directory = Files.createTempDirectory("actd-e2e-");
            directories.add(directory);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        perClass = true;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!perClass) {
            closeAll();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        closeAll();
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        keepLogs(context);
        throw failure;
    }

    /** Copies the logs of the last servers to where they are kept, and says so. */
    public void keepLogs(ExtensionContext context) {
        String test = context.getRequiredTestClass().getSimpleName() + "."
                + context.getRequiredTestMethod().getName();
        try {
            Path kept = Files.createDirectories(KEPT);
            int first = Math.max(0, servers.size() - KEPT_LOGS);
            for (int i = first; i < servers.size(); i++) {
                Path copy = kept.resolve(test + "-" + (i - first) + ".log");
                if (Files.exists(servers.get(i).logFile())) {
                    Files.copy(servers.get(i).logFile(), copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            System.err.println("server logs of " + test + ": " + kept.toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills all servers and removes all directories. */
    public void closeAll() {
        servers.forEach(ServerProcess::close);
        servers.clear();
        directories.forEach(Servers::delete);
        directories.clear();
    }

    /** Removes a directory with all that is in it. */
    public static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
