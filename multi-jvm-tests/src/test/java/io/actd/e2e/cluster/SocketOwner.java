package io.actd.e2e.cluster;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells which process holds the other end of a loopback connection, by Linux' socket table. */
final class SocketOwner {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int INODE = 9;

    private SocketOwner() {}

    /** The name whose process has a socket from this local port to that remote port. */
    static Optional<String> of(int localPort, int remotePort, Map<String, Long> pidByName) {
        return inode(localPort, remotePort).flatMap(inode -> pidByName.entrySet().stream()
                .filter(entry -> holds(entry.getValue(), "socket:[" + inode + "]"))
                .map(Map.Entry::getKey)
                .findFirst());
    }

    private static Optional<String> inode(int localPort, int remotePort) {
        for (Path table : TABLES) {
            try {
                for (String line : Files.readAllLines(table)) {
                    String[] fields = line.trim().split("\\s+");
                    if (fields.length > INODE
                            && fields[LOCAL].endsWith(hex(localPort))
                            && fields[REMOTE].endsWith(hex(remotePort))) {
                        return Optional.of(fields[INODE]);
                    }
                }
            } catch (IOException noSuchTable) {
                continue; // a kernel without IPv6
            }
        }
        return Optional.empty();
    }

    private static String hex(int port) {
        return ":%04X".formatted(port);
    }

    private static boolean holds(long pid, String socket) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path file : files) {
                if (isLinkTo(file, socket)) {
                    return true;
                }
            }
        } catch (IOException processIsGone) {
            return false;
        }
        return false;
    }

    private static boolean isLinkTo(Path file, String socket) {
        try {
            return Files.readSymbolicLink(file).toString().equals(socket);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
