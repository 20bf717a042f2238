package io.actd.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.e2e.server.ServerProcess;
import io.actd.e2e.server.Servers;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the stories rely on when they say that a member was killed. */
class EndsIT {
    @RegisterExtension
    final Servers servers = new Servers();

    private final Ends ends = new Ends();

    @Test
    void deadBeforeItWasToEnd_isNoFaultThatWasInjected() {
        ServerProcess server = servers.start();
        server.kill9();
        String told =
                assertThrows(AssertionError.class, () -> ends.mayCome(server)).getMessage();
        assertTrue(told.startsWith("default ended with status 137 before it was to end:\n{"), told);
        assertThrows(AssertionError.class, () -> ends.mayNotCome(server));
    }

    @Test
    void endedAsItWasTold_mayStartAgain_andNotEndByItself() {
        ServerProcess server = servers.start();
        ends.mayCome(server);
        ends.came(server, server.terminate(), Ends.TERMINATED);
        assertEquals(Optional.empty(), ends.unexpected(server));
        ends.mayNotCome(server);
        server.restart();
        ends.mayCome(server);
        assertThrows(AssertionError.class, () -> ends.came(server, server.kill9(), Ends.TERMINATED));
        server.relaunch();
        ends.mayNotCome(server);
        server.kill9();
        assertTrue(ends.unexpected(server).isPresent());
    }
}
