package io.actd.wal;

import static io.actd.wal.WalFixture.batch;
import static io.actd.wal.WalFixture.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.raft.HardState;
import io.actd.world.SimulatedDisk.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.junit.jupiter.api.Test;

/** The journal under a persistent actor. */
class WalJournalTest {
    private sealed interface Command {
        record Write(WalBatch batch, ActorRef<Long> replyTo) implements Command {}

        record Replayed(ActorRef<List<WalBatch>> replyTo) implements Command {}
    }

    private final WalFixture fixture = new WalFixture();

    @Test
    void batches_surviveARestart() {
        fixture.create(WalFixture.SMALL).close();
        inSystem((kit, writer) -> {
            assertEquals(List.of(), replayed(kit, writer));
            for (int i = 1; i <= 2500; i++) write(kit, writer, batch(new HardState(1, 7, i - 1), entry(1, i, 20)));
        });
        inSystem((kit, writer) -> {
            var batches = replayed(kit, writer);
            assertEquals(
                    List.of(0, 1000, 1000, 500),
                    batches.stream().map(b -> b.entries().size()).toList());
            assertEquals(new HardState(1, 7, 2499), batches.getFirst().hardState());
            write(kit, writer, batch(new HardState(2, 7, 2500), entry(2, 2501, 20)));
        });
        assertEquals(2501, fixture.reopened(WalFixture.SMALL).entries().size());
    }

    @Test
    void failedSync_stopsTheWriter() {
        fixture.create(WalFixture.SMALL).close();
        inSystem((kit, writer) -> {
            write(kit, writer, batch(null, entry(1, 1, 20)));
            fixture.disk.onEveryOperation((operation, path) -> {
                if (operation == Operation.SYNC) throw new IOException("Input/output error");
            });
            var probe = kit.<Long>createTestProbe();
            writer.tell(new Command.Write(batch(null, entry(1, 2, 20)), probe.ref()));
            probe.expectTerminated(writer);
            probe.expectNoMessage(java.time.Duration.ZERO);
        });
    }

    private interface Story {
        void tell(ActorTestKit kit, ActorRef<Command> writer);
    }

    private void inSystem(Story story) {
        var kit = ActorTestKit.create();
        try (var wal = fixture.open(WalFixture.SMALL)) {
            WalExtension.get(kit.system()).register(wal);
            story.tell(kit, kit.spawn(Behaviors.setup(context -> new Writer()), "writer"));
        } finally {
            kit.shutdownTestKit();
        }
    }

    private static void write(ActorTestKit kit, ActorRef<Command> writer, WalBatch batch) {
        var probe = kit.<Long>createTestProbe();
        writer.tell(new Command.Write(batch, probe.ref()));
        probe.receiveMessage();
        probe.stop();
    }

    private static List<WalBatch> replayed(ActorTestKit kit, ActorRef<Command> writer) {
        var probe = kit.<List<WalBatch>>createTestProbe();
        writer.tell(new Command.Replayed(probe.ref()));
        return probe.receiveMessage();
    }

    private static final class Writer extends EventSourcedBehavior<Command, WalBatch, List<WalBatch>> {
        Writer() {
            super(PersistenceId.ofUniqueId(WalJournal.PERSISTENCE_ID));
        }

        @Override
        public String journalPluginId() {
            return WalJournal.PLUGIN_ID;
        }

        @Override
        public List<WalBatch> emptyState() {
            return new ArrayList<>();
        }

        @Override
        public CommandHandler<Command, WalBatch, List<WalBatch>> commandHandler() {
            return (state, command) -> switch (command) {
                case Command.Write write ->
                    Effect().persist(write.batch()).thenRun(() -> write.replyTo()
                            .tell(1L));
                case Command.Replayed ask -> {
                    ask.replyTo().tell(List.copyOf(state));
                    yield Effect().none();
                }
            };
        }

        @Override
        public EventHandler<List<WalBatch>, WalBatch> eventHandler() {
            return (state, event) -> {
                state.add(event);
                return state;
            };
        }
    }
}
