package io.actd.node.run;

import io.actd.node.flag.Url;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;

/** Finds out early whether listeners can be opened: a member must not touch its data for nothing. */
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

    private static String reason(Exception failure) {
        var message = String.valueOf(failure.getMessage());
        return message.contains("in use") ? "address already in use" : message;
    }
}
