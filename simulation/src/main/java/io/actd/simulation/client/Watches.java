package io.actd.simulation.client;

import com.google.protobuf.ByteString;
import io.actd.check.KeyRange;
import io.actd.simulation.client.Watching.Wanted;
import io.actd.simulation.cluster.Machine;
import io.actd.simulation.thread.RunQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** All watches of a simulation, some to a stream: the one that keeps the log, and others as they are drawn. */
public final class Watches {
    private static final int MOST_ON_A_STREAM = 4;
    private static final int KEYS = 12;
    private static final int FUTURE_REVISIONS = 200;
    private static final long SLOW_NANOS = 3_000_000_000L;

    private final Recorder recorder;
    private final SplittableRandom random;
    private final Watching log;
    private final List<WatchClient> clients = new ArrayList<>();

    /**
     * @param streams how many; the log's watch is on the first
     * @param violated told what no answer may say
     */
    public Watches(
            int streams,
            List<Machine> machines,
            Recorder recorder,
            RunQueue queue,
            SplittableRandom random,
            Consumer<String> violated) {
        this.recorder = recorder;
        this.random = random;
        this.log = new Watching(new Wanted(KeyRange.ZERO, KeyRange.ZERO, true, true, false), 1, recorder);
        for (int i = 0; i < streams; i++) {
            boolean withLog = i == 0;
            var some = some(1 + random.nextInt(MOST_ON_A_STREAM));
            if (withLog) some.set(0, log);
            long slowness = withLog || random.nextInt(3) > 0 ? 0 : SLOW_NANOS;
            clients.add(new WatchClient("w" + i, some, slowness, machines, queue, random.split(), violated));
        }
    }

    private List<Watching> some(int number) {
        var some = new ArrayList<Watching>();
        for (int i = 0; i < number; i++) some.add(new Watching(wanted(), from(), recorder));
        return some;
    }

    private Wanted wanted() {
        var key = ByteString.copyFromUtf8("k/" + (char) ('a' + random.nextInt(KEYS)));
        return switch (random.nextInt(5)) {
            case 0 -> new Wanted(key, ByteString.EMPTY, true, true, true);
            case 1 -> new Wanted(key, KeyRange.ZERO, true, false, true);
            case 2 -> new Wanted(key, KeyRange.ZERO, false, true, true);
            case 3 -> new Wanted(key, KeyRange.ZERO, true, true, false);
            default -> new Wanted(KeyRange.ZERO, KeyRange.ZERO, true, true, random.nextBoolean());
        };
    }

    /** From now on, from the beginning, or from a revision that is yet to come. */
    private long from() {
        int drawn = random.nextInt(3);
        return drawn < 2 ? drawn : 2 + random.nextInt(FUTURE_REVISIONS);
    }

    /** The watch of everything from the beginning. */
    public Watching log() {
        return log;
    }

    /** What is wrong with watches that have not seen all they want of the log: none may fall silent for ever. */
    public List<String> lacking() {
        var events = log.events();
        return clients.stream()
                .flatMap(client -> client.lacking(events).stream())
                .map(watching -> "LIVENESS long after everything healed nothing comes of " + watching)
                .toList();
    }

    /** From now on whatever comes must come by itself. */
    public void cancelNoMore() {
        clients.forEach(WatchClient::cancelNoMore);
    }

    public void start() {
        clients.forEach(WatchClient::start);
    }

    /** Ends them and hands their records over. */
    public void stop() {
        clients.forEach(WatchClient::stop);
    }
}
