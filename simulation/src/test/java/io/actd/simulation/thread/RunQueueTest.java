package io.actd.simulation.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.wal.WalBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

/** When what an actor tells arrives, if it waits meanwhile. */
class RunQueueTest {
    private static final long SECOND = 1_000_000_000L;
    private static final JournalTap.Reader NOBODY = new JournalTap.Reader() {
        @Override
        public void recovers(WalBatch batch) {}

        @Override
        public void writes(WalBatch batch) {}
    };

    private record Arrival(String message, long nanos) {}

    private final RunQueue queue = new RunQueue(new SplittableRandom(1), new Trace(null));
    private final VirtualProcess process = new VirtualProcess("p", queue, 1);
    private final List<Arrival> arrivals = new ArrayList<>();

    private void run(Behavior<String> guardian) {
        SimulatedSystem.create(process, guardian, NOBODY);
        while (queue.step(10 * SECOND)) {}
    }

    private Behavior<String> other() {
        return Behaviors.receiveMessage(message -> {
            arrivals.add(new Arrival(message, queue.now()));
            return Behaviors.same();
        });
    }

    @Test
    void toldAfterAWait_arrivesWhenThatIsOver_alsoIfTheOtherOneRunsBefore() {
        run(Behaviors.setup(context -> {
            var other = context.spawn(other(), "other");
            other.tell("before");
            queue.spend(SECOND);
            other.tell("after");
            return Behaviors.empty();
        }));
        assertEquals(List.of(new Arrival("before", 0), new Arrival("after", SECOND)), arrivals);
    }

    /** Also what is told in the next step, which may begin as soon as the wait is over. */
    @Test
    void toldAfterWaits_arrivesInOrder() {
        run(Behaviors.setup(context -> {
            var other = context.spawn(other(), "other");
            context.getSelf().tell("3");
            queue.spend(SECOND);
            other.tell("1");
            other.tell("2");
            return passOn(other);
        }));
        var expected = List.of(new Arrival("1", SECOND), new Arrival("2", SECOND), new Arrival("3", SECOND));
        assertEquals(expected, arrivals);
    }

    private static Behavior<String> passOn(ActorRef<String> other) {
        return Behaviors.receiveMessage(message -> {
            other.tell(message);
            return Behaviors.same();
        });
    }
}
