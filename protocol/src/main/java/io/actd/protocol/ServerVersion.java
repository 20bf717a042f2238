package io.actd.protocol;

import java.util.Comparator;
import java.util.regex.Pattern;

/** A version of the server, or of a cluster, without the patch level, which matters to nobody else (spec OP-53). */
public record ServerVersion(int major, int minor) implements Comparable<ServerVersion> {
    /** What a cluster has while not all its members are known (spec MT-17). */
    public static final ServerVersion LOWEST = new ServerVersion(3, 0);

    private static final Pattern TEXT = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(\\..*)?");
    private static final Comparator<ServerVersion> ORDER =
            Comparator.comparingInt(ServerVersion::major).thenComparingInt(ServerVersion::minor);

    /**
     * Of {@code 3.6.0} or {@code 3.6}.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static ServerVersion parse(String text) {
        var matcher = TEXT.matcher(text);
        if (!matcher.matches()) throw new IllegalArgumentException("not a version: " + text);
        return new ServerVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    @Override
    public int compareTo(ServerVersion other) {
        return ORDER.compare(this, other);
    }

    /** As versions of clusters are written, e.g. {@code 3.6.0}. */
    @Override
    public String toString() {
        return major + "." + minor + ".0";
    }
}
