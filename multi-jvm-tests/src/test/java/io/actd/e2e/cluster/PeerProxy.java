package io.actd.e2e.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Stands before the peer port of one member: listens where the member says it does, and passes bytes on as the links
 * between the two ends allow.
 *
 * <p>A connection whose process can not be told, or is no member, is refused: it would pass every cut. A member dials again.
 * Threads are virtual and end with the connection.
 */
final class PeerProxy implements AutoCloseable {
    private static final int CHUNK_BYTES = 64 << 10;
    private static final int BACKLOG = 64;

    private final String member;
    private final int realPort;
    private final Network network;
    private final Supplier<Map<String, Long>> pids;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** Starts to listen. */
    PeerProxy(String member, int advertisedPort, int realPort, Network network, Supplier<Map<String, Long>> pids) {
        this.member = member;
        this.realPort = realPort;
        this.network = network;
        this.pids = pids;
        try {
            this.listener = new ServerSocket(advertisedPort, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("proxy of " + member).start(this::accept);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket caller = listener.accept();
                Thread.ofVirtual().start(() -> serve(caller));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket caller) {
        owner(caller).ifPresentOrElse(from -> serve(caller, from), () -> close(caller));
    }

    private void serve(Socket caller, String from) {
        open.add(caller);
        try (caller;
                Socket callee = new Socket(InetAddress.getLoopbackAddress(), realPort)) {
            open.add(callee);
            caller.setTcpNoDelay(true);
            callee.setTcpNoDelay(true);
            Thread back = Thread.ofVirtual().start(() -> pump(callee, caller, network.link(member, from)));
            pump(caller, callee, network.link(from, member));
            back.join();
            open.remove(callee);
        } catch (IOException memberIsDown) {
            open.remove(caller);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        open.remove(caller);
    }

    private Optional<String> owner(Socket caller) {
        return SocketOwner.of(caller.getPort(), listener.getLocalPort(), pids.get());
    }

    /** Until either end closes; a half-closed connection stays half open, a broken one is closed. */
    private static void pump(Socket from, Socket to, Link link) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                link.pass();
                out.write(chunk, 0, length);
            }
            link.pass();
            to.shutdownOutput();
        } catch (IOException broken) {
            close(from);
            close(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(PeerProxy::close);
    }
}
