package io.actd.apply;

import com.google.protobuf.ByteString;
import io.actd.mvcc.RangeResult;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeRequest.SortOrder;
import io.actd.protocol.api.RangeRequest.SortTarget;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Turns the pairs of a range into its answer: filters, then sorts, then limits (spec RG-6 to RG-13). */
final class RangeAssembler {
    private RangeAssembler() {}

    /** How many pairs to fetch, in the terms of {@link io.actd.mvcc.MvccStore#range}. */
    static long fetchLimit(RangeRequest request) {
        if (request.getCountOnly()) return -1;
        return hasFilters(request) || needsSorting(request) ? 0 : Math.max(0, request.getLimit());
    }

    /** The answer without its header. {@code result} was fetched with {@link #fetchLimit}. */
    static RangeResponse.Builder assemble(RangeRequest request, RangeResult result) {
        var response = RangeResponse.newBuilder().setCount(result.count());
        if (request.getCountOnly()) return response; // spec RG-8
        var pairs = result.kvs();
        boolean more;
        if (hasFilters(request) || needsSorting(request)) {
            if (hasFilters(request)) pairs = filtered(request, pairs);
            if (needsSorting(request)) pairs = sorted(request, pairs);
            more = request.getLimit() > 0 && pairs.size() > request.getLimit();
            if (more) pairs = pairs.subList(0, (int) request.getLimit());
        } else {
            more = result.count() > pairs.size();
        }
        if (request.getKeysOnly()) {
            for (KeyValue pair : pairs)
                response.addKvs(pair.toBuilder().clearValue().build()); // spec RG-9
        } else {
            response.addAllKvs(pairs);
        }
        return response.setMore(more);
    }

    private static boolean hasFilters(RangeRequest request) {
        return request.getMinModRevision() != 0
                || request.getMaxModRevision() != 0
                || request.getMinCreateRevision() != 0
                || request.getMaxCreateRevision() != 0;
    }

    private static boolean needsSorting(RangeRequest request) {
        return switch (request.getSortTarget()) {
            case KEY -> request.getSortOrder() == SortOrder.DESCEND;
            case VERSION, CREATE, MOD, VALUE -> true; // NONE means ascending here (spec RG-11)
            case UNRECOGNIZED -> false;
        };
    }

    private static List<KeyValue> filtered(RangeRequest request, List<KeyValue> pairs) {
        var kept = new ArrayList<KeyValue>();
        for (KeyValue pair : pairs) {
            if (within(pair.getModRevision(), request.getMinModRevision(), request.getMaxModRevision())
                    && within(
                            pair.getCreateRevision(), request.getMinCreateRevision(), request.getMaxCreateRevision())) {
                kept.add(pair);
            }
        }
        return kept;
    }

    /** Bounds are inclusive, 0 is none (spec RG-10). */
    private static boolean within(long revision, long min, long max) {
        return (min == 0 || revision >= min) && (max == 0 || revision <= max);
    }

    private static List<KeyValue> sorted(RangeRequest request, List<KeyValue> pairs) {
        var order = order(request.getSortTarget());
        var sorted = new ArrayList<>(pairs);
        sorted.sort(request.getSortOrder() == SortOrder.DESCEND ? order.reversed() : order);
        return sorted;
    }

    private static Comparator<KeyValue> order(SortTarget target) {
        var bytes = ByteString.unsignedLexicographicalComparator();
        return switch (target) {
            case KEY, UNRECOGNIZED -> Comparator.comparing(KeyValue::getKey, bytes);
            case VERSION -> Comparator.comparingLong(KeyValue::getVersion);
            case CREATE -> Comparator.comparingLong(KeyValue::getCreateRevision);
            case MOD -> Comparator.comparingLong(KeyValue::getModRevision);
            case VALUE -> Comparator.comparing(KeyValue::getValue, bytes);
        };
    }
}
