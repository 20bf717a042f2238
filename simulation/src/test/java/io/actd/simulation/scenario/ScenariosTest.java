package io.actd.simulation.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.actd.simulation.campaign.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each story of etcd's history is played, comes to what it is about, and ends well. */
class ScenariosTest {
    private static final int SEEDS = 2;
    private static final Pattern ROW = Pattern.compile("^\\| ((?:[A-Z]\\d+(?:, )?)+)[ (]", Pattern.MULTILINE);
    private static final Pattern NOT_PLAYED = Pattern.compile("^- ((?:[A-Z]\\d+(?:, )?)+): ", Pattern.MULTILINE);

    static List<String> names() {
        return Scenarios.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void story_comesToWhatItIsAbout_andEndsWell(String name) {
        var performance = Performance.of(Scenarios.named(name), SEEDS);
        var failures = performance.failures().stream().map(Failure::toString).toList();
        assertEquals(List.of(), failures);
        assertEquals(List.of(), performance.missing());
    }

    @Test
    void trackRecord_saysOfEachStoryItHas_thatItIsPlayedOrWhyNot() throws IOException {
        var record = Files.readString(Path.of("../docs/track-record.md"));
        var stories = record.substring(record.indexOf("| scenario | shown by |"), record.indexOf("## The museum"));
        var played = names().stream().filter(name -> name.matches("[A-Z]\\d+")).collect(Collectors.toSet());
        var accountedFor = ids(NOT_PLAYED, stories);
        accountedFor.addAll(played);
        assertEquals(ids(ROW, stories), accountedFor);
    }

    private static Set<String> ids(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .flatMap(found -> List.of(found.group(1).split(", ")).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void anotherName_isAnError() {
        assertThrows(NoSuchElementException.class, () -> Scenarios.named("D99"));
    }
}
