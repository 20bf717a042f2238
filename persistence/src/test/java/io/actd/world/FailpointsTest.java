package io.actd.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailpointsTest {
    @Test
    void armedPlace_actsUntilDisarmed() {
        var failpoints = new Failpoints();
        var hits = new ArrayList<String>();
        failpoints.hit("wal-after-sync");
        failpoints.arm("wal-after-sync", hits::add);
        failpoints.hit("wal-after-sync");
        failpoints.hit("wal-before-write");
        failpoints.disarm("wal-after-sync");
        failpoints.hit("wal-after-sync");
        assertEquals(List.of("wal-after-sync"), hits);
    }

    @Test
    void spec_armsSeveralPlaces() {
        var failpoints = Failpoints.parse("a-b=throw, c=sleep(0),d=throw(3)");
        assertThrows(Failpoints.Reached.class, () -> failpoints.hit("a-b"));
        failpoints.hit("c");
        failpoints.hit("d");
        failpoints.hit("d");
        assertThrows(Failpoints.Reached.class, () -> failpoints.hit("d"));
        Failpoints.parse("").hit("a-b");
    }

    @Test
    void placeWithAFile_actsOnlyWhileThereIsOne(@TempDir Path directory) throws IOException {
        var file = directory.resolve("now");
        var failpoints = Failpoints.parse("a-b=throw@" + file);
        failpoints.hit("a-b");
        Files.createFile(file);
        assertThrows(Failpoints.Reached.class, () -> failpoints.hit("a-b"));
        Files.delete(file);
        failpoints.hit("a-b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a=", "a=stop", "a=halt(", "a=halt(x)", "A=halt", "a=halt@"})
    void anythingElse_isRefused(String spec) {
        assertThrows(IllegalArgumentException.class, () -> Failpoints.parse(spec));
    }
}
