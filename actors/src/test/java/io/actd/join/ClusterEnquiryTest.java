package io.actd.join;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import io.actd.join.JoinMessage.ClusterAnswer;
import io.actd.join.JoinMessage.ClusterQuestion;
import io.actd.join.JoinMessage.NotReady;
import io.actd.peer.PeerConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.DeadLetter;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who asks is answered, also by one that is only starting. */
class ClusterEnquiryTest {
    private final ActorTestKit asking = kit();
    private final ActorTestKit asked = kit();

    private static ActorTestKit kit() {
        var url = "http://127.0.0.1:0";
        return ActorTestKit.create("actd", PeerConfig.of(url, List.of(url)).withFallback(ConfigFactory.load()));
    }

    @AfterEach
    void stop() {
        asking.shutdownTestKit();
        asked.shutdownTestKit();
    }

    private void openDirectory() {
        asked.system()
                .systemActorOf(ClusterDirectory.create(() -> null, () -> null), ClusterDirectory.NAME, Props.empty());
    }

    @Test
    void questionThatCameTooEarly_isAskedAgain() throws Exception { // spec OP-33
        TestProbe<DeadLetter> lost = asked.createTestProbe(DeadLetter.class);
        asked.system().eventStream().tell(new EventStream.Subscribe<>(DeadLetter.class, lost.ref()));
        var address = Cluster.get(asked.system()).selfMember().address();
        var answer = new ClusterEnquiry(asking.system())
                .ask(address.getHost().get(), (int) address.getPort().get(), 7, Duration.ofMinutes(1));
        lost.fishForMessage(
                Duration.ofSeconds(20),
                letter -> letter.message() instanceof ClusterQuestion
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        openDirectory();
        assertEquals(NotReady.INSTANCE, answer.toCompletableFuture().get(30, TimeUnit.SECONDS));
    }

    @Test
    void nobodyAnswers_isNotReady() throws Exception {
        var address = Cluster.get(asked.system()).selfMember().address();
        ClusterAnswer answer = new ClusterEnquiry(asking.system())
                .ask(address.getHost().get(), (int) address.getPort().get(), 7, Duration.ofMillis(250))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        assertEquals(NotReady.INSTANCE, answer);
    }
}
