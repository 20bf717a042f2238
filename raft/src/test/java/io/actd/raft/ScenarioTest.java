package io.actd.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Golden scenarios: text files that read like a protocol of what happened. After a wanted change, write them anew with
 * {@code mvn -pl raft test -Dtest=ScenarioTest -Dactd.rewrite=true}, and read the difference.
 */
class ScenarioTest {
    private static final Path SCENARIOS = Path.of("src/test/resources/scenarios");

    static Stream<String> scenarios() throws IOException {
        try (var files = Files.list(SCENARIOS)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void scenario_runsAsWritten(String name) throws IOException {
        Path file = SCENARIOS.resolve(name);
        String written = Files.readString(file);
        String happened = Scenario.run(written);
        if (Boolean.getBoolean("actd.rewrite")) {
            Files.writeString(file, happened);
        } else {
            assertEquals(written, happened);
        }
    }
}
