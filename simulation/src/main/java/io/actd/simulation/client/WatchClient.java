package io.actd.simulation.client;

import com.google.protobuf.ByteString;
import io.actd.check.History;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchCreateRequest.FilterType;
import io.actd.protocol.api.WatchProgressRequest;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.simulation.cluster.Machine;
import io.actd.simulation.thread.RunQueue;
import io.actd.simulation.thread.VirtualProcess;
import io.actd.watch.WatchHub;
import io.actd.watch.WatchOutlet;
import io.actd.watch.WatchStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Watches a range, resumes after each break behind what it has (spec W-30), and keeps everything it was told. It is told
 * how far it has come when nothing happens, and asks for it now and then whatever happens (spec W-21 to W-24); it believes
 * that. A watch that compaction overtook ends in the record; a new one begins where the store does.
 */
public final class WatchClient {
    /** What is watched. */
    public record Wanted(ByteString key, ByteString rangeEnd, boolean puts, boolean deletes, boolean prevKv) {}

    private static final long RECONNECT_NANOS = 200_000_000;
    private static final long ASK_NANOS = 4_000_000_000L;
    private static final WatchRequest HOW_FAR = WatchRequest.newBuilder()
            .setProgressRequest(WatchProgressRequest.getDefaultInstance())
            .build();

    private final String name;
    private final Wanted wanted;
    private final List<Machine> machines;
    private final Recorder recorder;
    private final RunQueue queue;
    private final SplittableRandom random;
    private final VirtualProcess process;
    private final long slownessNanos;
    private List<WatchResponse> answers = new ArrayList<>();
    private long from;
    private long next;
    private @Nullable Connection connection;
    private boolean stopped;

    /**
     * @param from first revision wanted, 0 for "from now on"
     * @param slownessNanos how long it may take to read one batch
     */
    public WatchClient(
            String name,
            Wanted wanted,
            long from,
            long slownessNanos,
            List<Machine> machines,
            Recorder recorder,
            RunQueue queue,
            SplittableRandom random) {
        this.name = name;
        this.wanted = wanted;
        this.from = from;
        this.next = from;
        this.slownessNanos = slownessNanos;
        this.machines = machines;
        this.recorder = recorder;
        this.queue = queue;
        this.random = random;
        this.process = new VirtualProcess(name, queue, 1);
    }

    /** Connects, and again whenever that breaks. */
    public void start() {
        reconnect();
    }

    /** Everything up to this revision has come, as far as the range has it. */
    public long seenRevision() {
        return next - 1;
    }

    /** Ends the watch and hands its record over. */
    public void stop() {
        stopped = true;
        var open = connection;
        if (open != null) open.end();
        finish();
    }

    private void finish() {
        recorder.watched(new History.Watch(
                wanted.key(), wanted.rangeEnd(), from, wanted.puts(), wanted.deletes(), wanted.prevKv(), answers));
        answers = new ArrayList<>();
    }

    private void reconnect() {
        if (stopped) return;
        process.after(random.nextLong(RECONNECT_NANOS), "reconnect", () -> {
            if (stopped) return;
            connection = new Connection(machines.get(random.nextInt(machines.size())));
            connection.open();
        });
    }

    private void took(WatchResponse answer) {
        answers.add(answer);
        Recorder.trace(queue, name, answer);
        long revision = answer.getHeader().getRevision();
        if (answer.getCreated()) {
            if (next == 0) {
                from = revision + 1;
                next = from;
            }
        } else if (answer.getCanceled()) {
            finish();
            from = Math.max(next, answer.getCompactRevision());
            next = from;
        } else if (answer.getEventsCount() == 0) {
            next = Math.max(next, revision + 1); // a progress note vouches for everything up to it
        } else {
            next = answer.getEvents(answer.getEventsCount() - 1).getKv().getModRevision() + 1;
        }
    }

    /** All events in the record so far; of a watch that was never overtaken. */
    public List<Event> events() {
        return answers.stream()
                .flatMap(answer -> answer.getEventsList().stream())
                .toList();
    }

    /** One Watch RPC to one member. */
    private final class Connection implements WatchOutlet {
        private final Machine machine;
        private final Runnable broken = this::broken;
        private @Nullable VirtualProcess server;
        private @Nullable ActorRef<WatchStream.Command> stream;
        private boolean over;

        Connection(Machine machine) {
            this.machine = machine;
        }

        void open() {
            var api = machine.api();
            var serving = machine.process();
            if (api == null || serving == null) {
                lost();
                return;
            }
            server = serving;
            machine.onEnd(broken);
            var opened = new CompletableFuture<ActorRef<WatchStream.Command>>();
            opened.thenAccept(ref -> {
                stream = ref;
                if (over) ref.tell(WatchStream.Closed.INSTANCE);
                else ref.tell(new WatchStream.Request(request(), () -> {}));
            });
            serving.soon("api", () -> api.watchHub().tell(new WatchHub.Open(this, opened)));
            askHowFar();
        }

        private void askHowFar() {
            process.after(random.nextLong(ASK_NANOS), "how far?", () -> {
                if (over) return;
                tell(new WatchStream.Request(HOW_FAR, () -> {}));
                askHowFar();
            });
        }

        private void tell(WatchStream.Command command) {
            var serving = server;
            var to = stream;
            if (serving != null && to != null) serving.soon("api", () -> to.tell(command));
        }

        private WatchRequest request() {
            var create = WatchCreateRequest.newBuilder()
                    .setKey(wanted.key())
                    .setRangeEnd(wanted.rangeEnd())
                    .setStartRevision(next)
                    .setProgressNotify(true)
                    .setPrevKv(wanted.prevKv());
            if (!wanted.puts()) create.addFilters(FilterType.NOPUT);
            if (!wanted.deletes()) create.addFilters(FilterType.NODELETE);
            return WatchRequest.newBuilder().setCreateRequest(create).build();
        }

        @Override
        public void send(List<WatchResponse> responses) {
            long reading = slownessNanos == 0 ? 200_000 : random.nextLong(slownessNanos);
            process.after(reading, "watched", () -> read(responses));
        }

        private void read(List<WatchResponse> responses) {
            if (over) return;
            boolean cancelled = false;
            for (var response : responses) {
                took(response);
                cancelled |= response.getCanceled();
            }
            if (cancelled) lost();
            else tell(WatchStream.Delivered.INSTANCE);
        }

        @Override
        public void fail(Refusal refusal) {
            process.soon("broken", this::lost);
        }

        private void broken() {
            process.soon("broken", this::lost);
        }

        private void lost() {
            if (over) return;
            end();
            reconnect();
        }

        void end() {
            over = true;
            machine.notOnEnd(broken);
            tell(WatchStream.Closed.INSTANCE);
        }
    }
}
