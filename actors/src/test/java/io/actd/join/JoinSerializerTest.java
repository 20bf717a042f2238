package io.actd.join;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.actd.join.JoinMessage.ClusterAnswer;
import io.actd.join.JoinMessage.ClusterQuestion;
import io.actd.join.JoinMessage.Described;
import io.actd.join.JoinMessage.NotReady;
import io.actd.protocol.api.Member;
import java.io.NotSerializableException;
import java.util.List;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What a joining member asks and hears arrives as it was sent, or not at all. */
class JoinSerializerTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final JoinSerializer serializer = new JoinSerializer((ExtendedActorSystem) Adapter.toClassic(KIT.system()));

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private void arrives(JoinMessage message) throws NotSerializableException {
        var bytes = serializer.toBinary(message);
        assertEquals(message, serializer.fromBinary(bytes, serializer.manifest(message)));
        var chosen = SerializationExtension.get(Adapter.toClassic(KIT.system())).findSerializerFor(message);
        assertEquals(JoinSerializer.class, chosen.getClass());
        for (int i = 0; i < bytes.length; i++) {
            var damaged = bytes.clone();
            damaged[i] ^= 1;
            assertThrows(
                    NotSerializableException.class,
                    () -> serializer.fromBinary(damaged, serializer.manifest(message)),
                    message + " at byte " + i);
        }
    }

    @Test
    void question() throws NotSerializableException {
        arrives(new ClusterQuestion(-5, KIT.<ClusterAnswer>createTestProbe().getRef()));
    }

    @Test
    void answers() throws NotSerializableException {
        var member = Member.newBuilder()
                .setID(-1)
                .setName("m1")
                .addPeerURLs("http://127.0.0.1:2380")
                .addClientURLs("http://127.0.0.1:2379")
                .setIsLearner(true)
                .build();
        arrives(new Described(new RunningCluster(-7, "3.6.0", List.of(member)), true));
        arrives(new Described(new RunningCluster(7, "", List.of()), false));
        arrives(NotReady.INSTANCE);
    }
}
