package io.actd.watch;

import io.actd.apply.Headers;
import io.actd.backend.BackendClosed;
import io.actd.member.MemberApi;
import io.actd.mvcc.MvccStore;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What watches read. The store is asked for anew at each use, because an installed snapshot replaces it.
 *
 * @param store history, previous pairs, the store revision
 * @param headers ids and term of this member (spec H-1)
 * @param blocking where history is read
 */
record WatchSource(Supplier<MvccStore> store, Headers headers, Executor blocking) {
    /** Reads; anew if the store was replaced meanwhile. */
    <T> T read(Function<MvccStore, T> read) {
        while (true) {
            var seen = store.get();
            try {
                return read.apply(seen);
            } catch (BackendClosed e) {
                if (seen == store.get()) throw e;
            }
        }
    }

    static WatchSource of(MemberApi member) {
        return new WatchSource(() -> member.state().store(), member::header, member.blockingExecutor());
    }
}
