package io.actd.api.stream;

import com.google.protobuf.ByteString;
import io.actd.api.rpc.RpcFailure;
import io.actd.apply.StateMachine;
import io.actd.protocol.Outcome;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.ResponseHeader;
import java.util.Optional;
import org.apache.pekko.japi.Pair;
import org.jspecify.annotations.Nullable;

/**
 * Where a RangeStream stands: pages of one range at one revision (spec RS-4). Immutable; each page gives the next
 * position.
 *
 * @param request as the client sent it
 * @param from first key not sent yet
 * @param sentPairs pairs sent so far
 * @param pagePairs pairs to ask for next (spec RS-6)
 * @param first what the first page said, or null before it
 * @param finished the last chunk was sent
 */
record RangePages(
        RangeRequest request,
        ByteString from,
        long sentPairs,
        long pagePairs,
        @Nullable First first,
        boolean finished) {
    private static final long FIRST_PAGE_PAIRS = 10;
    private static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

    /** Header and count belong to the last chunk, but are those of the first page (spec H-2, RS-3). */
    record First(ResponseHeader header, long revision, long count) {}

    static RangePages of(RangeRequest request) {
        return new RangePages(request, request.getKey(), 0, FIRST_PAGE_PAIRS, null, false);
    }

    /** The next chunk and where to go on; empty at the end. Throws {@link RpcFailure} if the revision is gone. */
    Optional<Pair<RangePages, RangeResponse>> next(StateMachine state, long targetBytes) {
        if (finished) return Optional.empty();
        var page = read(state);
        var begun = first != null ? first : firstOf(page);
        long sent = sentPairs + page.getKvsCount();
        boolean limitReached = request.getLimit() > 0 && sent >= request.getLimit();
        boolean last = !page.getMore() || limitReached;
        var chunk = RangeResponse.newBuilder().addAllKvs(page.getKvsList());
        if (last) {
            chunk.setHeader(begun.header()).setCount(begun.count()).setMore(limitReached && begun.count() > sent);
        }
        var built = chunk.build();
        var then = new RangePages(
                request,
                last ? from : page.getKvs(page.getKvsCount() - 1).getKey().concat(ZERO),
                sent,
                resized(built.getSerializedSize(), targetBytes),
                begun,
                last);
        return Optional.of(Pair.create(then, built));
    }

    private RangeResponse read(StateMachine state) {
        long limit = request.getLimit() > 0 ? Math.min(pagePairs, request.getLimit() - sentPairs) : pagePairs;
        var page = request.toBuilder()
                .setKey(from)
                .setLimit(limit)
                .setRevision(first == null ? request.getRevision() : first.revision())
                .build();
        return switch (state.range(page)) {
            case Outcome.Ok ok -> (RangeResponse) ok.response();
            case Outcome.Refused refused -> throw new RpcFailure(refused.refusal());
        };
    }

    private First firstOf(RangeResponse page) {
        long revision = request.getRevision() > 0
                ? request.getRevision()
                : page.getHeader().getRevision();
        return new First(page.getHeader(), revision, page.getCount());
    }

    /** Doubled below half of the target, halved above twice of it (spec RS-6). */
    private long resized(int bytes, long targetBytes) {
        if (bytes < targetBytes / 2) return pagePairs * 2;
        return bytes > targetBytes * 2 ? Math.max(1, pagePairs / 2) : pagePairs;
    }
}
