package io.actd.e2e.load;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.actd.check.History;
import io.actd.check.KeyRange;
import io.actd.e2e.client.Rpc;
import io.actd.protocol.api.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Hears what jetcd's watch of everything asks for and is answered; safe for use by many threads.
 *
 * <p>After a break jetcd 0.8.5 does not always ask for what it lacks: it takes the revision in the header of the answer
 * to a creation for the next one to ask for, though the events before it have still to come ({@code
 * WatchImpl.WatcherImpl.onNext}), and goes on there if the connection breaks between the two. Such a gap is jetcd's own.
 */
final class JetcdWire implements ClientInterceptor {
    private final List<Part> parts = new ArrayList<>(); // guarded by this, like what is in them

    /** One creation of the watch. */
    private static final class Part {
        private final List<History.Answer> answers = new ArrayList<>();
        private long from; // asked for; 0 if nothing was asked for yet
        private long last; // of the events that came; 0 if none
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        ClientCall<Q, R> call = next.newCall(method, options);
        return method.getFullMethodName().equals(Rpc.WATCH.getFullMethodName()) ? new Heard<>(call) : call;
    }

    private final class Heard<Q, R> extends SimpleForwardingClientCall<Q, R> {
        private final Part part = new Part();

        Heard(ClientCall<Q, R> call) {
            super(call);
        }

        @Override
        public void start(Listener<R> listener, Metadata headers) {
            super.start(
                    new SimpleForwardingClientCallListener<>(listener) {
                        @Override
                        public void onMessage(R answer) {
                            answered(part, ((MessageLite) answer).toByteString());
                            super.onMessage(answer);
                        }
                    },
                    headers);
        }

        @Override
        public void sendMessage(Q request) {
            if (request instanceof io.etcd.jetcd.api.WatchRequest watch && watch.hasCreateRequest()) {
                asked(part, watch.getCreateRequest().getStartRevision());
            }
            super.sendMessage(request);
        }
    }

    private synchronized void asked(Part part, long from) {
        part.from = from;
        parts.add(part);
    }

    private synchronized void answered(Part part, ByteString bytes) {
        try {
            WatchResponse answer = WatchResponse.parseFrom(bytes);
            part.answers.add(new History.Answer(System.nanoTime(), answer));
            if (answer.getEventsCount() > 0) {
                part.last =
                        answer.getEvents(answer.getEventsCount() - 1).getKv().getModRevision();
            }
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each creation's part, for the checker. */
    synchronized List<History.Watch> parts() {
        return parts.stream()
                .map(part -> new History.Watch(KeyRange.ZERO, KeyRange.ZERO, part.from, part.answers))
                .toList();
    }

    /** Revisions that jetcd never asked for, though it lacked them. */
    synchronized Set<Long> skipped() {
        Set<Long> skipped = new HashSet<>();
        long last = parts.isEmpty() ? 0 : parts.get(0).from - 1;
        for (Part part : parts) {
            for (long revision = last + 1; revision < part.from; revision++) {
                skipped.add(revision);
            }
            last = Math.max(last, part.last);
        }
        return skipped;
    }
}
