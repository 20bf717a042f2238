package io.actd.node;

import java.util.Locale;

/** The versions this program tells about itself; the one place they stand in. */
public final class Version {
    /** The etcd version whose behaviour is offered: Status, {@code /version}, the cluster version. */
    public static final String ETCD = "3.6.0";

    /** Our own. */
    public static final String ACTD = "0.1.0";

    private Version() {}

    /** The four lines scripts know (spec operations.md §1) and one of our own. */
    public static String text() {
        return """
                etcd Version: %s
                Git SHA: Not provided
                Go Version: java%s
                Go OS/Arch: %s
                actd Version: %s
                """.formatted(ETCD, Runtime.version().feature(), platform(), ACTD);
    }

    /** As Go writes it, e.g. {@code linux/amd64}. */
    public static String platform() {
        var arch = System.getProperty("os.arch", "");
        var os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return (os.startsWith("mac") ? "darwin" : os) + "/" + (arch.equals("aarch64") ? "arm64" : arch);
    }
}
