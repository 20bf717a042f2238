package io.actd.simulation.campaign;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Prints failures of a campaign, and a smaller command for the first. Safe for any thread. */
public final class FailurePrinter implements Consumer<Failure> {
    private static final int MOST_RUNS = 200;
    private static final int DRAWS = 2;

    private final Consumer<String> lines;
    private final int mostRuns;
    private final AtomicBoolean any = new AtomicBoolean();

    public FailurePrinter(Consumer<String> lines) {
        this(lines, MOST_RUNS);
    }

    /** @param mostRuns simulations that making it smaller may take */
    FailurePrinter(Consumer<String> lines, int mostRuns) {
        this.lines = lines;
        this.mostRuns = mostRuns;
    }

    @Override
    public void accept(Failure failure) {
        lines.accept(failure.toString());
        if (any.getAndSet(true)) return;
        var shrunk = Shrinker.shrink(failure.plan(), DRAWS, mostRuns, cut -> {});
        lines.accept(shrunk.map(FailurePrinter::text).orElse("did not fail again, so it was not made smaller"));
    }

    private static String text(Shrinker.Shrunk shrunk) {
        return "made smaller by " + shrunk.runs() + " runs: " + shrunk.command() + ": " + shrunk.what();
    }
}
