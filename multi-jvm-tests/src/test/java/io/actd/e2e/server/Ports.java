package io.actd.e2e.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Finds loopback ports nobody listens on. */
public final class Ports {
    private Ports() {}

    /** Returns distinct free ports; all are held while choosing, none afterwards. */
    public static int[] free(int howMany) {
        int[] ports = new int[howMany];
        ServerSocket[] held = new ServerSocket[howMany];
        try {
            for (int i = 0; i < howMany; i++) {
                held[i] = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
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
}
