package io.actd.e2e.server;

import java.util.List;

/** Which program is run as the server; the system property {@code target} names the one under test. */
public enum Target {
    ACTD,
    ETCD;

    /** The program this run is about: actd unless {@code -Dtarget=etcd} says otherwise. */
    public static Target underTest() {
        return valueOf(System.getProperty("target", "actd").toUpperCase(java.util.Locale.ROOT));
    }

    /** The words that start the program, without flags. */
    public List<String> command() {
        return switch (this) {
            case ACTD -> List.of(System.getProperty("actd.command", "../bin/actd"));
            case ETCD -> List.of("etcd");
        };
    }
}
