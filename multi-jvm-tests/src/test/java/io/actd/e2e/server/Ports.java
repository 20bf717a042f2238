package io.actd.e2e.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.SplittableRandom;

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

    private Ports() {}

    /** Returns distinct free ports; all are held while choosing, none afterwards. */
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
            try {
                return new ServerSocket(random.nextInt(LOWEST, HIGHEST), 1, InetAddress.getLoopbackAddress());
            } catch (IOException taken) {
                last = taken;
            }
        }
        throw last;
    }
}
