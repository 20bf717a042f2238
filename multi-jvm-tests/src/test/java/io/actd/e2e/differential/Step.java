package io.actd.e2e.differential;

import com.google.protobuf.Message;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.grpc.MethodDescriptor;

/** One thing asked of both servers. */
sealed interface Step {

    /** A unary call. */
    record Call<Q extends Message, R extends Message>(MethodDescriptor<Q, R> method, Q request) implements Step {
        @Override
        public String toString() {
            return method.getBareMethodName() + " {" + Differences.oneLine(request) + "}";
        }
    }

    /** Opens a watch on one of the streams and reads the created answer. */
    record OpenWatch(int stream, WatchCreateRequest request) implements Step {
        @Override
        public String toString() {
            return "Watch on stream " + stream + " {" + Differences.oneLine(request) + "}";
        }
    }

    /** Ends a watch that is open and reads the answer. */
    record CancelWatch(WatcherId watcher) implements Step {}

    /** Renews a lease once. */
    record KeepAlive(long lease) implements Step {}

    /** Lets the server choose a lease id, and revokes the lease: only the TTL can be compared. */
    record GrantAndRevoke(long ttl) implements Step {}

    /** Waits until both have delivered the same events. */
    record AwaitWatches() implements Step {}

    /** A watcher by its stream and the id both servers gave it. */
    record WatcherId(int stream, long id) {}
}
