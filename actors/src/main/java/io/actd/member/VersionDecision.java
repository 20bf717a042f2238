package io.actd.member;

import io.actd.protocol.ServerVersion;
import java.util.Collection;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a leader makes of its members' versions (spec OP-53, MT-17): the cluster speaks the lowest of them. It never goes
 * back, and while somebody has not said what it is, a cluster without a version is given the lowest there is.
 */
final class VersionDecision {
    private VersionDecision() {}

    /**
     * The version the cluster is to have from now on; null to leave it as it is.
     *
     * @param present null if none was decided yet
     * @param members of all members, this one included; null for each that is not known
     */
    static @Nullable ServerVersion of(@Nullable ServerVersion present, Collection<@Nullable ServerVersion> members) {
        boolean allKnown = members.stream().allMatch(Objects::nonNull);
        if (!allKnown) return present == null ? ServerVersion.LOWEST : null;
        var lowest = members.stream()
                .map(Objects::requireNonNull)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        if (present == null) return lowest;
        return lowest.major() == present.major() && lowest.compareTo(present) > 0 ? lowest : null;
    }
}
