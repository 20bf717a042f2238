package io.actd.apply;

import com.google.protobuf.ByteString;
import io.actd.mvcc.KeyRange;
import io.actd.protocol.api.Compare;
import io.actd.protocol.mvcc.KeyValue;

/** Evaluates the compares of a txn (spec TX-13 to TX-16). */
final class Compares {
    private Compares() {}

    static boolean hold(View view, Iterable<Compare> compares) {
        for (Compare compare : compares) {
            if (!holds(view, compare)) return false;
        }
        return true; // an empty list too (spec TX-7)
    }

    private static boolean holds(View view, Compare compare) {
        if (compare.getRangeEnd().isEmpty()) {
            var pair = view.get(compare.getKey());
            return pair == null ? holdsForMissing(compare) : holds(compare, pair);
        }
        var pairs = view.range(KeyRange.of(compare.getKey(), compare.getRangeEnd()), 0, 0)
                .kvs();
        if (pairs.isEmpty()) return holdsForMissing(compare);
        for (KeyValue pair : pairs) {
            if (!holds(compare, pair)) return false;
        }
        return true;
    }

    /** A missing key has zeros, but no value: nothing is true about it, not even NOT_EQUAL (spec TX-14). */
    private static boolean holdsForMissing(Compare compare) {
        return compare.getTarget() != Compare.CompareTarget.VALUE && holds(compare, KeyValue.getDefaultInstance());
    }

    private static boolean holds(Compare compare, KeyValue pair) {
        // A union member that does not belong to the target reads as 0 (spec TX-16).
        int order =
                switch (compare.getTarget()) {
                    case VERSION -> Long.compare(pair.getVersion(), compare.getVersion());
                    case CREATE -> Long.compare(pair.getCreateRevision(), compare.getCreateRevision());
                    case MOD -> Long.compare(pair.getModRevision(), compare.getModRevision());
                    case LEASE -> Long.compare(pair.getLease(), compare.getLease());
                    case VALUE ->
                        ByteString.unsignedLexicographicalComparator().compare(pair.getValue(), compare.getValue());
                    case UNRECOGNIZED -> 0;
                };
        return switch (compare.getResult()) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            case UNRECOGNIZED -> true;
        };
    }
}
