package io.actd.e2e.differential;

import com.google.protobuf.ByteString;
import io.actd.check.KeyRange;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Random Put, Range and DeleteRange requests over a small set of keys, now and then a bad one. */
final class KvRequests {
    private static final int TOO_LARGE_FOR_RAFT = 1_600_000;
    private static final int TOO_LARGE_FOR_GRPC = 2_100_000;
    private static final List<ByteString> KEYS = Stream.of(
                    "a",
                    "b",
                    "c",
                    "d",
                    "k/",
                    "k/1",
                    "k/2",
                    "k/3",
                    "k/4",
                    "k/5",
                    "k/5/x",
                    "k0",
                    "l",
                    "z",
                    "\0",
                    "\0\0",
                    "a\0",
                    "\u00ff",
                    "\u00ff\u00ff",
                    "\u00ff\u0001")
            .map(key -> ByteString.copyFrom(key, StandardCharsets.ISO_8859_1))
            .toList();

    private final SplittableRandom random;
    private final StoreView store;

    KvRequests(SplittableRandom random, StoreView store) {
        this.random = random;
        this.store = store;
    }

    /** Mostly an allowed key, rarely none at all. */
    ByteString key() {
        return random.nextInt(150) == 0 ? ByteString.EMPTY : KEYS.get(random.nextInt(KEYS.size()));
    }

    ByteString rangeEnd() {
        return switch (random.nextInt(8)) {
            case 0 -> KeyRange.ZERO;
            case 1 -> KeyRange.prefixEnd(ByteString.copyFromUtf8("k/"));
            case 2, 3 -> KEYS.get(random.nextInt(KEYS.size()));
            default -> ByteString.EMPTY;
        };
    }

    /** An id of the few that are granted and revoked; the negative ones are as good as any (spec L-1). */
    long lease() {
        return random.nextInt(1, 9) * (random.nextInt(5) == 0 ? -1L : 1L);
    }

    ByteString value() {
        int size = random.nextInt(100) == 0 ? random.nextInt(20_000) : random.nextInt(12);
        byte[] value = new byte[size];
        for (int i = 0; i < size; i++) {
            value[i] = (byte) ('a' + random.nextInt(3));
        }
        return ByteString.copyFrom(value);
    }

    PutRequest put(boolean mayIgnore) {
        PutRequest.Builder put = PutRequest.newBuilder().setKey(key()).setPrevKv(random.nextBoolean());
        boolean ignoreValue = mayIgnore && random.nextInt(10) == 0;
        boolean ignoreLease = mayIgnore && random.nextInt(10) == 0;
        boolean bad = random.nextInt(8) == 0;
        if (!ignoreValue || bad) {
            put.setValue(value());
        }
        if ((!ignoreLease && random.nextInt(3) == 0) || (bad && random.nextBoolean())) {
            put.setLease(lease());
        }
        return put.setIgnoreValue(ignoreValue).setIgnoreLease(ignoreLease).build();
    }

    PutRequest tooLargePut() {
        int size = random.nextBoolean() ? TOO_LARGE_FOR_RAFT : TOO_LARGE_FOR_GRPC;
        return PutRequest.newBuilder()
                .setKey(KEYS.get(0))
                .setValue(ByteString.copyFrom(new byte[size]))
                .build();
    }

    DeleteRangeRequest delete() {
        return DeleteRangeRequest.newBuilder()
                .setKey(key())
                .setRangeEnd(random.nextInt(3) == 0 ? rangeEnd() : ByteString.EMPTY)
                .setPrevKv(random.nextBoolean())
                .build();
    }

    RangeRequest range() {
        RangeRequest.Builder range = RangeRequest.newBuilder()
                .setKey(random.nextInt(4) == 0 ? KeyRange.ZERO : key())
                .setRangeEnd(random.nextInt(3) == 0 ? KeyRange.ZERO : rangeEnd())
                .setSerializable(random.nextInt(4) == 0)
                .setKeysOnly(random.nextInt(8) == 0)
                .setCountOnly(random.nextInt(8) == 0);
        if (random.nextInt(3) == 0) {
            range.setLimit(random.nextInt(-2, 6));
        }
        if (random.nextInt(3) == 0) {
            range.setRevision(revision());
        }
        if (random.nextInt(3) == 0) {
            sort(range);
        }
        if (random.nextInt(4) == 0) {
            filters(range);
        }
        return range.build();
    }

    private void sort(RangeRequest.Builder range) {
        boolean undefined = random.nextInt(15) == 0;
        range.setSortOrderValue(undefined ? 3 + random.nextInt(3) : random.nextInt(3));
        range.setSortTargetValue(random.nextInt(15) == 0 ? 5 + random.nextInt(3) : random.nextInt(5));
    }

    private void filters(RangeRequest.Builder range) {
        if (random.nextBoolean()) {
            range.setMinModRevision(revision());
        }
        if (random.nextBoolean()) {
            range.setMaxModRevision(revision());
        }
        if (random.nextBoolean()) {
            range.setMinCreateRevision(revision());
        }
        if (random.nextBoolean()) {
            range.setMaxCreateRevision(revision());
        }
    }

    /** A revision around the interesting ones. */
    long revision() {
        return switch (random.nextInt(8)) {
            case 0 -> store.revision();
            case 1 -> store.revision() + random.nextInt(1, 3);
            case 2 -> store.compacted();
            case 3 -> store.compacted() - 1;
            case 4 -> random.nextInt(-5, 2);
            default -> random.nextLong(Math.max(1, store.compacted()), store.revision() + 1);
        };
    }
}
