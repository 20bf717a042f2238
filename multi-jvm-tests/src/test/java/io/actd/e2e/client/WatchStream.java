package io.actd.e2e.client;

import io.actd.check.KeyRange;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchCancelRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchProgressRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Channel;
import java.util.List;

/** A Watch stream with the requests spelled out. */
public final class WatchStream implements AutoCloseable {
    private final DuplexStream<WatchRequest, WatchResponse> stream;

    private WatchStream(DuplexStream<WatchRequest, WatchResponse> stream) {
        this.stream = stream;
    }

    static WatchStream open(Channel channel) {
        return new WatchStream(DuplexStream.open(channel, WatchGrpc.getWatchMethod()));
    }

    /** The stream beneath. */
    public DuplexStream<WatchRequest, WatchResponse> stream() {
        return stream;
    }

    /** Asks for a watch. */
    public void create(WatchCreateRequest request) {
        stream.send(WatchRequest.newBuilder().setCreateRequest(request).build());
    }

    /** Watches all keys from a revision, 0 for now. */
    public void createForAll(long startRevision) {
        create(WatchCreateRequest.newBuilder()
                .setRangeEnd(KeyRange.ZERO)
                .setStartRevision(startRevision)
                .build());
    }

    /** Asks for the end of a watch. */
    public void cancel(long watchId) {
        stream.send(WatchRequest.newBuilder()
                .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(watchId))
                .build());
    }

    /** Asks how far the stream is. */
    public void requestProgress() {
        stream.send(WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build());
    }

    /** All events so far of one watch, in order. */
    public List<Event> events(long watchId) {
        return stream.answers().stream()
                .filter(answer -> answer.getWatchId() == watchId)
                .flatMap(answer -> answer.getEventsList().stream())
                .toList();
    }

    @Override
    public void close() {
        stream.close();
    }
}
