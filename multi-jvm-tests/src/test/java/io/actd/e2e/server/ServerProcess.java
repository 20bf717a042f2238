package io.actd.e2e.server;

import io.actd.e2e.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * One run after another of the same server on the same directory and ports.
 *
 * <p>Whatever a test does, no process outlives the test JVM: what still runs is killed by a shutdown hook.
 */
public final class ServerProcess implements AutoCloseable {
    /** Exit code of who was killed. */
    public static final int KILLED = 128 + 9;

    private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(30);
    private static final Set<ServerProcess> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(ServerProcess::kill9)));
    }

    private final ServerConfig config;
    private final Path logFile;
    private Process process;
    private LogLines log;

    private ServerProcess(ServerConfig config, Path logFile) {
        this.config = config;
        this.logFile = logFile;
        this.log = LogLines.behind(logFile);
        this.process = launch();
    }

    /** Starts the program without waiting for anything: it may well refuse. */
    public static ServerProcess launch(ServerConfig config, Path logFile) {
        ServerProcess server = new ServerProcess(config, logFile);
        RUNNING.add(server);
        return server;
    }

    /** Starts the server and returns once it serves clients. */
    public static ServerProcess start(ServerConfig config, Path logFile) {
        return launch(config, logFile).awaitReady();
    }

    private Process launch() {
        try {
            ProcessBuilder builder = new ProcessBuilder(config.commandLine())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
            builder.environment().putAll(config.environment());
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the line that says clients are served; fails with the log's end if the process ends first. */
    public ServerProcess awaitReady() {
        Await.until("server ready on " + config.endpoint(), READY_TIMEOUT, () -> {
            if (log.find(ServerProcess::saysReady).isPresent()) {
                return true;
            }
            if (!process.isAlive()) {
                throw new AssertionError("server ended with " + process.exitValue() + ":\n" + log.tail(30));
            }
            return false;
        });
        return this;
    }

    private static boolean saysReady(String line) {
        return line.contains("serving client traffic"); // the last of the milestones, spec OP-31
    }

    /** Starts the stopped server again on its directory and ports, and waits until it is ready. */
    public ServerProcess restart() {
        relaunch();
        return awaitReady();
    }

    /** Starts the stopped server again without waiting. */
    public void relaunch() {
        if (process.isAlive()) {
            throw new IllegalStateException("still running");
        }
        log = LogLines.behind(logFile);
        process = launch();
    }

    /** SIGKILL, also to children of the launcher; returns the exit code when all are gone. */
    public int kill9() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        return awaitExit();
    }

    /** SIGTERM and wait; returns the exit code. */
    public int terminate() {
        signal("TERM");
        return awaitExit();
    }

    /** Sends a signal by name, such as {@code STOP}, {@code CONT}, {@code INT}. */
    public void signal(String name) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill -" + name + " failed: " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops the process without its knowing. */
    public void pause() {
        signal("STOP");
        Await.until("process " + pid() + " is stopped", EXIT_TIMEOUT, this::isStopped);
    }

    /** By Linux' table of processes: the state stands behind the name in parentheses. */
    private boolean isStopped() {
        try {
            String line = Files.readString(Path.of("/proc/" + pid() + "/stat"));
            return line.startsWith("T", line.lastIndexOf(')') + 2);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets a paused process go on. */
    public void resume() {
        signal("CONT");
    }

    /** Waits for the end of the process; returns its exit code, 128 + n for signal n. */
    public int awaitExit() {
        try {
            if (!process.waitFor(EXIT_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("server does not end:\n" + log.tail(30));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return process.exitValue();
    }

    /** Waits until the server is ready (true) or has ended (false). */
    public boolean awaitReadyOrExit() {
        return Await.value("server ready or ended", READY_TIMEOUT, () -> {
            if (log.find(ServerProcess::saysReady).isPresent()) {
                return Optional.of(true);
            }
            return process.isAlive() ? Optional.empty() : Optional.of(false);
        });
    }

    /** Whether the present run goes on. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Process id of the present run. */
    public long pid() {
        return process.pid();
    }

    /** Output of the present or last run. */
    public LogLines log() {
        return log;
    }

    /** Output of all runs. */
    public Path logFile() {
        return logFile;
    }

    /** Flags, ports and directory. */
    public ServerConfig config() {
        return config;
    }

    /** {@code host:port} for clients. */
    public String endpoint() {
        return config.endpoint();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill9();
        }
        RUNNING.remove(this);
    }
}
