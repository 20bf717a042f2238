package io.actd.node.metrics;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process as Linux and the runtime see it, read when it is shown (spec operations.md §8.5). */
final class ProcessMetrics {
    private static final Path PROC = Path.of("/proc/self");
    private static final long PAGE_BYTES = 4096;

    private ProcessMetrics() {}

    static void register(Registry registry) {
        registry.gauge("process_resident_memory_bytes", "Resident memory.", () -> statm(1) * PAGE_BYTES);
        registry.gauge("process_virtual_memory_bytes", "Virtual memory.", () -> statm(0) * PAGE_BYTES);
        registry.gauge("process_open_fds", "Open file descriptors.", ProcessMetrics::openFiles);
        registry.gauge("process_max_fds", "Limit of file descriptors.", ProcessMetrics::maxFiles);
        registry.gauge("os_fd_used", "Open file descriptors.", ProcessMetrics::openFiles);
        registry.gauge("os_fd_limit", "Limit of file descriptors.", ProcessMetrics::maxFiles);
        registry.gauge("process_start_time_seconds", "Start of the process.", ProcessMetrics::startSeconds);
        registry.counter("process_cpu_seconds_total", "Processor time used.", ProcessMetrics::cpuSeconds);
        registry.gauge("go_goroutines", "Threads.", () -> ManagementFactory.getThreadMXBean()
                .getThreadCount());
        registry.gauge("go_threads", "Threads.", () -> ManagementFactory.getThreadMXBean()
                .getThreadCount());
        registry.gauges("go_info", "Runtime.", "version")
                .with("java" + Runtime.version().feature())
                .set(1);
        registry.gauge("go_memstats_alloc_bytes", "Heap in use.", ProcessMetrics::heapUsed);
        registry.gauge("go_memstats_heap_inuse_bytes", "Heap in use.", ProcessMetrics::heapUsed);
        registry.gauge("go_memstats_sys_bytes", "Heap taken from the system.", () ->
                (double) Runtime.getRuntime().totalMemory());
    }

    private static double heapUsed() {
        var runtime = Runtime.getRuntime();
        return (double) (runtime.totalMemory() - runtime.freeMemory());
    }

    /** Pages; 0 where there is no {@code /proc}. */
    private static double statm(int field) {
        try {
            return Double.parseDouble(Files.readString(PROC.resolve("statm")).split(" ")[field]);
        } catch (IOException e) {
            return 0;
        }
    }

    private static double openFiles() {
        var files = PROC.resolve("fd").toFile().list();
        return files == null ? 0 : files.length;
    }

    private static double maxFiles() {
        try {
            for (var line : Files.readAllLines(PROC.resolve("limits"))) {
                if (line.startsWith("Max open files")) return Double.parseDouble(line.split("\\s+")[3]);
            }
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
        return 0;
    }

    private static double startSeconds() {
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(i -> i.toEpochMilli() / 1000.0)
                .orElse(0.0);
    }

    private static double cpuSeconds() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(d -> d.toMillis() / 1000.0)
                .orElse(0.0);
    }
}
