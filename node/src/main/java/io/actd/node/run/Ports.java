package io.actd.node.run;

import io.actd.node.flag.Url;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/** Finds out whether listeners can be opened, before data is touched for nothing, and whether others' are open. */
final class Ports {
    private Ports() {}

    /** @throws StartException naming the first address that can not be had */
    static void check(List<Url> urls) throws StartException {
        for (var url : urls) {
            if (url.portNumber() == 0) continue;
            try (var socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(url.host(), url.portNumber()));
            } catch (IOException | IllegalArgumentException e) {
                throw new StartException("listen tcp " + url.host() + ":" + url.port() + ": bind: " + reason(e), e);
            }
        }
    }

    /** Whether somebody listens there. */
    static boolean isOpen(Url url, Duration timeout) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(url.host(), url.portNumber()), Math.toIntExact(timeout.toMillis()));
            return true;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private static String reason(Exception failure) {
        var message = String.valueOf(failure.getMessage());
        return message.contains("in use") ? "address already in use" : message;
    }
}
