package io.actd.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.mvcc.KeyRange;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRangeMapTest {
    private static final ByteString OPEN = ByteString.copyFrom(new byte[] {0});

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomChanges_findsWhatAListOfRangesFinds(long seed) {
        var random = new SplittableRandom(seed);
        var map = new KeyRangeMap<Integer>();
        var model = new HashMap<KeyRange, Integer>();
        for (int step = 0; step < 2000; step++) {
            var range = range(random);
            if (random.nextInt(3) == 0) {
                map.remove(range);
                model.remove(range);
            } else {
                int value = step;
                assertEquals(model.computeIfAbsent(range, r -> value), map.computeIfAbsent(range, () -> value));
            }
            var key = key(random);
            var found = new HashSet<Integer>();
            map.forEachContaining(key, value -> assertTrue(found.add(value), "visited twice"));
            assertEquals(containing(model, key), found, "seed " + seed + " step " + step);
            assertEquals(!found.isEmpty(), map.covers(key));
            assertEquals(model.size(), map.size());
        }
        model.keySet().forEach(map::remove);
        assertTrue(map.isEmpty());
    }

    private static Set<Integer> containing(Map<KeyRange, Integer> model, ByteString key) {
        var values = new HashSet<Integer>();
        model.forEach((range, value) -> {
            if (range.contains(key)) values.add(value);
        });
        return values;
    }

    private static ByteString key(RandomGenerator random) {
        int length = 1 + random.nextInt(3);
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte) (random.nextInt(5) * 60);
        return ByteString.copyFrom(bytes);
    }

    private static KeyRange range(RandomGenerator random) {
        var a = key(random);
        return switch (random.nextInt(4)) {
            case 0 -> KeyRange.of(a, ByteString.EMPTY);
            case 1 -> KeyRange.of(a, OPEN);
            default -> {
                var b = key(random);
                int order = ByteString.unsignedLexicographicalComparator().compare(a, b);
                // The end 00 means no end, and an empty range is no range.
                if (order == 0 || b.equals(OPEN) || a.equals(OPEN)) yield KeyRange.of(a, ByteString.EMPTY);
                yield order < 0 ? KeyRange.of(a, b) : KeyRange.of(b, a);
            }
        };
    }

    @Test
    void tenThousandNestedRanges_eachKeyCostsItsHitsOnly() {
        var map = new KeyRangeMap<Integer>();
        for (int i = 0; i < 10_000; i++) {
            int value = i;
            map.computeIfAbsent(KeyRange.of(decimal(i), decimal(i + 1)), () -> value);
        }
        var hits = new int[1];
        for (int i = 0; i < 10_000; i++) map.forEachContaining(decimal(i), value -> hits[0]++);
        assertEquals(10_000, hits[0]);
    }

    private static ByteString decimal(int number) {
        return ByteString.copyFromUtf8("%08d".formatted(number));
    }
}
