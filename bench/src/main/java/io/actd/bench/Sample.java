package io.actd.bench;

import java.util.Arrays;

/**
 * What one workload measured on one server.
 *
 * @param perSecond operations per second
 * @param p50Micros median latency in microseconds
 * @param p99Micros 99th percentile in microseconds
 * @param cpuMicrosPerOp processor time of the server per operation in microseconds
 * @param residentMib resident memory afterwards
 * @param failed operations without a good answer
 */
record Sample(
        double perSecond, double p50Micros, double p99Micros, double cpuMicrosPerOp, long residentMib, long failed) {
    /** Of latencies in microseconds taken over {@code seconds}. Sorts the array. */
    static Sample of(long[] micros, double seconds, double cpuSeconds, long residentMib, long failed) {
        Arrays.sort(micros);
        int n = micros.length;
        if (n == 0) return new Sample(0, 0, 0, 0, residentMib, failed);
        return new Sample(
                n / seconds,
                micros[n / 2],
                micros[(int) Math.min(n - 1L, n * 99L / 100)],
                cpuSeconds * 1e6 / n,
                residentMib,
                failed);
    }
}
