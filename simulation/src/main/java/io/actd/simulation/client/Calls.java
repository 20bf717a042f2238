package io.actd.simulation.client;

import com.google.protobuf.Message;
import io.actd.protocol.Outcome;
import io.actd.simulation.cluster.Machine;
import io.actd.simulation.thread.RunQueue;
import io.actd.simulation.thread.VirtualProcess;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Carries calls of one client to members and the answers back, taking time both ways. */
public final class Calls {
    private static final long USUAL_NANOS = 300_000;

    private final VirtualProcess client;
    private final SplittableRandom random;

    /** @param client where the answers arrive */
    public Calls(VirtualProcess client, SplittableRandom random) {
        this.client = client;
        this.random = random;
    }

    static Calls of(String name, RunQueue queue, SplittableRandom random) {
        return new Calls(new VirtualProcess(name, queue, 1), random);
    }

    VirtualProcess process() {
        return client;
    }

    private long wayNanos() {
        return USUAL_NANOS / 2 + random.nextLong(USUAL_NANOS);
    }

    /** Calls; {@code onAnswer} runs exactly once, at the latest when patience ends. */
    public void call(Machine machine, Message request, long patienceNanos, Consumer<Answer> onAnswer) {
        var call = new Call(machine, onAnswer);
        call.patience = client.after(patienceNanos, "timeout", () -> call.end(Answer.Unknown.INSTANCE));
        client.after(wayNanos(), "call", () -> call.arrive(request));
    }

    private final class Call {
        private final Machine machine;
        private final Consumer<Answer> onAnswer;
        private final Runnable broken = this::broken;
        private Runnable patience = () -> {};
        private boolean ended;

        Call(Machine machine, Consumer<Answer> onAnswer) {
            this.machine = machine;
            this.onAnswer = onAnswer;
        }

        void arrive(Message request) {
            if (!machine.isReached()) return;
            var api = machine.api();
            var process = machine.process();
            if (api == null || process == null) {
                back(Answer.NotSent.INSTANCE);
                return;
            }
            machine.onEnd(broken);
            process.soon(
                    "api",
                    () -> Desk.serve(api, request, outcome -> {
                        machine.notOnEnd(broken);
                        back(
                                switch (outcome) {
                                    case Outcome.Ok ok -> new Answer.Ok(ok.response());
                                    case Outcome.Refused refused -> new Answer.Refused(refused.refusal());
                                });
                    }));
        }

        private void broken() {
            back(Answer.Unknown.INSTANCE);
        }

        void back(Answer answer) {
            client.after(wayNanos(), "answer", () -> end(answer));
        }

        void end(Answer answer) {
            if (ended) return;
            ended = true;
            patience.run();
            onAnswer.accept(answer);
        }
    }
}
