package io.actd.simulation.cluster;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.actd.world.SimulatedDisk.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DiskWeatherTest {
    private static final Path FILE = Path.of("/m1/file");

    private final List<Operation> told = new ArrayList<>();
    private final DiskWeather weather =
            new DiskWeather(new SplittableRandom(1), (operation, path) -> told.add(operation));

    @ParameterizedTest
    @EnumSource
    void anyOperation_mayFail_andSomebodyIsTold(Operation operation) {
        assertDoesNotThrow(() -> weather.before(operation, FILE));
        weather.fail(1000);
        assertThrows(IOException.class, () -> weather.before(operation, FILE));
        assertEquals(List.of(operation), told);
        assertEquals(1, weather.failures());
    }

    @Test
    void fairWeather_comesBack() {
        weather.fail(1000);
        weather.fail(-1000);
        for (var operation : Operation.values()) assertDoesNotThrow(() -> weather.before(operation, FILE));
        assertEquals(List.of(), told);
    }
}
