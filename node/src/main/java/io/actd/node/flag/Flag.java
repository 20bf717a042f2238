package io.actd.node.flag;

import java.util.Locale;

/**
 * One line of {@code flags.table}.
 *
 * @param name without dashes
 * @param defaultValue as it would be written on the command line
 */
public record Flag(String name, FlagType type, String defaultValue, Standing standing, String help) {
    /** What this server makes of a flag. */
    public enum Standing {
        WORKS,
        IGNORED,
        REFUSED
    }

    /** The environment variable that sets this flag (spec OP-4). */
    public String variable() {
        return "ETCD_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
