package io.actd.e2e.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds loopback ports nobody listens on.
 *
 * <p>They lie below those the system gives to outgoing connections (32768 and more on Linux): else a connection of some
 * client could take the port of a server that is down for a moment.
 */
public final class Ports {
    private static final int LOWEST = 15_000;
    private static final int HIGHEST = 32_000;
    private static final int ENOUGH_TRIES = 10_000;
    /** Given to somebody who may not listen yet, or not at the moment: tests run beside each other. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /** Returns free ports that nobody in this JVM was given before; all are held while choosing, none afterwards. */
    public static int[] free(int howMany) {
        int[] ports = new int[howMany];
        ServerSocket[] held = new ServerSocket[howMany];
        try {
            for (int i = 0; i < howMany; i++) {
                held[i] = holdAny();
                ports[i] = held[i].getLocalPort();
            }
            for (ServerSocket socket : held) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ports;
    }

    private static ServerSocket holdAny() throws IOException {
        SplittableRandom random = new SplittableRandom();
        IOException last = new IOException("no port tried");
        for (int i = 0; i < ENOUGH_TRIES; i++) {
            int port = random.nextInt(LOWEST, HIGHEST);
            if (!GIVEN.add(port)) {
                continue;
            }
            try {
                return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
            } catch (IOException taken) {
                last = taken;
            }
        }
        throw last;
    }
}
