package io.actd.check;

import static io.actd.check.Examples.delete;
import static io.actd.check.Examples.put;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class KvHashTest {
    /** The vectors of spec §17.1. */
    @Test
    void hash_isThatOfTheSpecification() {
        KvModel model = new KvModel();
        assertEquals(1084519789L, Integer.toUnsignedLong(KvHash.of(model, -1)));
        model.apply(put("foo", "bar"));
        assertEquals(3305255506L, Integer.toUnsignedLong(KvHash.of(model, -1)));
        model.apply(put("foo", "baz"));
        assertEquals(2020292994L, Integer.toUnsignedLong(KvHash.of(model, -1)));
        model.apply(delete("foo"));
        assertEquals(3153096970L, Integer.toUnsignedLong(KvHash.of(model, -1)));
    }
}
