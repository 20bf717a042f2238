package io.actd.simulation.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.peer.PeerListener;
import io.actd.peer.PeerMessage;
import io.actd.peer.PeerTransport;
import io.actd.simulation.cluster.SimulatedNetwork.Link;
import io.actd.simulation.thread.RunQueue;
import io.actd.simulation.thread.Trace;
import io.actd.simulation.thread.VirtualProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Weather on the links of two members. */
class SimulatedNetworkTest {
    private static final NetworkWeather LOSES_ALL = new NetworkWeather(0, 1000, 0, 0);
    private static final NetworkWeather REPEATS_ALL = new NetworkWeather(0, 0, 1000, 0);
    private static final NetworkWeather SLOW = new NetworkWeather(1_000_000, 0, 0, 0);
    private static final NetworkWeather SLOW_BY_A_SECOND = new NetworkWeather(1_000_000_000, 0, 0, 0);
    private static final Link THERE = new Link(1, 2);

    private final SplittableRandom random = new SplittableRandom(1);
    private final RunQueue queue = new RunQueue(random.split(), new Trace(null));
    private final SimulatedNetwork network = new SimulatedNetwork(queue, random.split(), message -> {});
    private final List<Long> arrivedFrom = new ArrayList<>();
    private final PeerTransport first = open(1);
    private final PeerTransport second = open(2);

    private PeerTransport open(long id) {
        return network.open(new VirtualProcess("m" + id, queue, 1), id, new PeerListener() {
            @Override
            public void received(PeerMessage message) {
                arrivedFrom.add(message.from());
            }

            @Override
            public void lost(long peer) {}
        });
    }

    /** From whom something arrives when both have sent something to the other. */
    private List<Long> exchange() {
        arrivedFrom.clear();
        first.send(new PeerMessage.Leaving(1, 2));
        second.send(new PeerMessage.Leaving(2, 1));
        long later = queue.now() + 1_000_000_000L;
        while (queue.step(later)) {}
        return arrivedFrom.stream().sorted().toList();
    }

    @Test
    void weatherOfOneDirection_leavesTheOtherAlone() {
        var front = network.comesUp(LOSES_ALL, THERE::equals);
        assertEquals(List.of(2L), exchange());
        assertEquals(1, front.hits());
        network.passes(front);
        assertEquals(List.of(1L, 2L), exchange());
    }

    @Test
    void weathersOfOneLink_passOnTheirOwn() {
        var one = network.comesUp(LOSES_ALL, THERE::equals);
        network.comesUp(LOSES_ALL, link -> true);
        network.passes(one);
        assertEquals(List.of(), exchange());
    }

    @Test
    void weathersOfOneLink_addUp_andEachKnowsWhatItDid() {
        var slow = network.comesUp(SLOW, THERE::equals);
        var slower = network.comesUp(SLOW, link -> true);
        var repeats = network.comesUp(REPEATS_ALL, THERE::equals);
        assertEquals(List.of(1L, 1L, 2L), exchange());
        assertEquals(List.of(2L, 3L, 1L), List.of(slow.hits(), slower.hits(), repeats.hits()));
    }

    @Test
    void messageOnACutLink_isNotTheWeathers() {
        network.cut(THERE);
        var front = network.comesUp(LOSES_ALL, THERE::equals);
        assertEquals(List.of(2L), exchange());
        assertEquals(List.of(1L, 0L), List.of(network.cutOff(THERE), front.hits()));
    }

    @Test
    void newProcess_overtakesWhatIsStillOnItsWayFromTheOneBefore() {
        var slow = network.comesUp(SLOW_BY_A_SECOND, THERE::equals);
        first.send(new PeerMessage.Leaving(1, 2));
        network.passes(slow);
        open(1).send(new PeerMessage.Leaving(1, 2));
        while (queue.step(10_000_000)) {}
        assertEquals(List.of(1L), arrivedFrom);
        while (queue.step(2_000_000_000L)) {}
        assertEquals(List.of(1L, 1L), arrivedFrom);
    }
}
