package io.actd.node.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import io.actd.join.ClusterDirectory;
import io.actd.join.ClusterEnquiry;
import io.actd.join.JoinMessage.ClusterQuestion;
import io.actd.join.JoinMessage.Described;
import io.actd.join.RunningCluster;
import io.actd.node.config.InitialCluster;
import io.actd.node.config.NodeConfig;
import io.actd.node.flag.CommandLine;
import io.actd.node.flag.FlagTable;
import io.actd.peer.PeerConfig;
import io.actd.protocol.api.Member;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A member that joins looks at the cluster it finds first. */
class ArrivalTest {
    private static final String OWN = "http://127.0.0.1:1";

    private final ActorTestKit joining = kit();
    private final ActorTestKit running = kit();

    private static ActorTestKit kit() {
        var url = "http://127.0.0.1:0";
        return ActorTestKit.create("actd", PeerConfig.of(url, List.of(url)).withFallback(ConfigFactory.load()));
    }

    @AfterEach
    void stop() {
        joining.shutdownTestKit();
        running.shutdownTestKit();
    }

    /** Joins a cluster of two, this member being the second, that has that version. */
    private long join(String version) throws Exception {
        var address = Cluster.get(running.system()).selfMember().address();
        var other = "http://127.0.0.1:" + address.getPort().get();
        var cluster = new RunningCluster(7, version, List.of(member(1, other), member(2, OWN)));
        var directory = Behaviors.<ClusterQuestion>receiveMessage(question -> {
            question.replyTo().tell(new Described(cluster, false));
            return Behaviors.same();
        });
        running.system().systemActorOf(directory, ClusterDirectory.NAME, Props.empty());
        var flags =
                List.of("--name=b", "--initial-cluster=a=" + other + ",b=" + OWN, "--initial-cluster-state=existing");
        var initial = InitialCluster.of(NodeConfig.of(CommandLine.parse(FlagTable.load(), flags)));
        var arrival = new Arrival(initial, new ClusterEnquiry(joining.system()));
        return arrival.join().self().getID();
    }

    private static Member member(long id, String peerUrl) {
        return Member.newBuilder().setID(id).addPeerURLs(peerUrl).build();
    }

    @Test
    void clusterOfALaterVersion_isNotJoined() { // spec OP-35
        var refusal = assertThrows(StartException.class, () -> join("3.99.0"));
        assertEquals("incompatible with current running cluster", refusal.getMessage());
    }

    @Test
    void clusterOfTheSameVersion_isJoined() throws Exception { // spec OP-35
        assertEquals(2, join("3.6.0"));
    }
}
