package io.actd.member;

import java.util.List;
import java.util.concurrent.Executor;

/** Runs released reads on dispatcher threads, a few at a time, so that one hand-off serves several small reads. */
public final class Readers {
    private static final int READS_PER_TASK = 16;

    private final Executor executor;

    public Readers(Executor executor) {
        this.executor = executor;
    }

    public void runAll(List<ReadTask> reads) {
        for (int from = 0; from < reads.size(); from += READS_PER_TASK) {
            var some = reads.subList(from, Math.min(from + READS_PER_TASK, reads.size()));
            executor.execute(() -> some.forEach(ReadTask::run));
        }
    }
}
