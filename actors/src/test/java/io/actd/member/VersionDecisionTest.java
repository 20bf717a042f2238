package io.actd.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.actd.protocol.ServerVersion;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spec OP-53, MT-17. */
class VersionDecisionTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // present, members, what the cluster is to have
                "-, 3.6.0 3.6.1 3.6.2, 3.6.0",
                "-, 3.7.0 3.5.9 3.6.0, 3.5.0",
                "-, 3.6.0 ? 3.6.0, 3.0.0",
                "3.0.0, 3.6.0 ? 3.6.0, -",
                "3.0.0, 3.6.0 3.6.0 3.6.0, 3.6.0",
                "3.5.0, 3.6.0 3.5.3 3.6.0, -",
                "3.5.0, 3.6.0 3.6.0 3.7.0, 3.6.0",
                "3.6.0, 3.5.0 3.6.0 3.6.0, -",
                "3.6.0, 4.0.0 4.0.0 4.0.0, -",
            })
    void cluster_speaksTheLowestVersion(@Nullable String present, String members, @Nullable String decided) {
        var versions = Arrays.asList(Stream.of(members.split(" "))
                .map(text -> text.equals("?") ? null : ServerVersion.parse(text))
                .toArray(ServerVersion[]::new));
        var decision = VersionDecision.of(present == null ? null : ServerVersion.parse(present), versions);
        if (decided == null) assertNull(decision);
        else assertEquals(ServerVersion.parse(decided), decision);
    }
}
