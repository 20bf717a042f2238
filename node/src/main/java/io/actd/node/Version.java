package io.actd.node;

import java.util.Locale;

/** The versions this program tells about itself; the one place they stand in. */
public final class Version {
    /** The etcd version whose behaviour is offered: Status, {@code /version}, the cluster version. */
    public static final String ETCD = "3.6.0";

    /** Our own. */
    public static final String ACTD = "0.1.0";

    private Version() {}

    /** The four lines scripts know (spec operations.md §1); what was built stands where etcd names its commit. */
    public static String text() {
        return """
                etcd Version: %s
                Git SHA: actd-%s
                Go Version: java%s
                Go OS/Arch: %s
                """.formatted(ETCD, ACTD, Runtime.version().feature(), platform());
    }

    /** As Go writes it, e.g. {@code linux/amd64}. */
    public static String platform() {
        var arch = System.getProperty("os.arch", "");
        var os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return (os.startsWith("mac") ? "darwin" : os) + "/" + (arch.equals("aarch64") ? "arm64" : arch);
    }
}
