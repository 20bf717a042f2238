package io.actd.simulation.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.simulation.cluster.SimulatedNetwork.Link;
import io.actd.simulation.fault.Fault.Kind;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Whom each of some machines still hears; the fault hits number 4. */
class PartitionsTest {
    private static List<Long> machines(int size) {
        return LongStream.rangeClosed(1, size).boxed().toList();
    }

    /** As "1:25 2:13…": one hears two and five. */
    private static String heard(Kind kind, int argument, int size) {
        var cut = Partitions.of(new Fault(0, kind, 3, 0, argument), 4, machines(size), machines(size));
        var text = new StringBuilder();
        for (long to : machines(size)) {
            var from = new TreeSet<>(machines(size));
            from.removeIf(one -> one == to || cut.contains(new Link(one, to)));
            text.append(' ').append(to).append(':');
            from.forEach(text::append);
        }
        return text.substring(1);
    }

    @Test
    void oneMachine_isCutOffFromAllOthers_inEitherDirectionOrBoth() {
        assertEquals("1:235 2:135 3:125 4: 5:123", heard(Kind.ISOLATE, 0, 5));
        assertEquals("1:2345 2:1345 3:1245 4: 5:1234", heard(Kind.ISOLATE_INBOUND, 0, 5));
        assertEquals("1:235 2:135 3:125 4:1235 5:123", heard(Kind.ISOLATE_OUTBOUND, 0, 5));
    }

    @Test
    void pair_isCutOffFromEachOther() {
        assertEquals("1:2345 2:1345 3:1245 4:123 5:123", heard(Kind.CUT_PAIR, 0, 5));
        assertEquals("1:2345 2:1345 3:1245 4:1235 5:123", heard(Kind.CUT_PAIR, 1, 5));
        assertEquals("1:2345 2:1345 3:1245 4:123 5:1234", heard(Kind.CUT_PAIR, 2, 5));
    }

    @Test
    void split_makesTwoSides() {
        assertEquals("1:235 2:135 3:125 4: 5:123", heard(Kind.SPLIT, 0, 5));
        assertEquals("1:23 2:13 3:12 4:5 5:4", heard(Kind.SPLIT, 0b0001, 5));
        assertEquals("1:4 2:35 3:25 4:1 5:23", heard(Kind.SPLIT, 0b0010, 5));
        assertEquals("1:45 2:3 3:2 4:15 5:14", heard(Kind.SPLIT, 0b0011, 5));
    }

    @Test
    void splitOneWay_leavesTheOtherDirection() {
        assertEquals("1:23 2:13 3:12 4:1235 5:1234", heard(Kind.SPLIT_ONE_WAY, 0b0001, 5));
    }

    @Test
    void ring_leavesBothNeighbours_orTheOneBefore() {
        assertEquals("1:25 2:13 3:24 4:35 5:14", heard(Kind.RING, 0, 5));
        assertEquals("1:5 2:1 3:2 4:3 5:4", heard(Kind.RING, 1, 5));
        assertEquals("1:24 2:13 3:24 4:13", heard(Kind.RING, 0, 4));
    }

    /** A machine that is no member is nobody's neighbour. */
    @Test
    void ring_isOfMembersOnly() {
        var cut = Partitions.of(new Fault(0, Kind.RING, 3, 0, 1), 4, machines(5), List.of(1L, 3L, 4L));
        assertEquals(List.of(new Link(1, 4), new Link(3, 1), new Link(4, 3)), cut);
    }
}
