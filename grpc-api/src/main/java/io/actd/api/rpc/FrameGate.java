package io.actd.api.rpc;

import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a request body into messages and lets only sound ones through, each as one uncompressed frame.
 *
 * <p>pekko-grpc's own decoder believes any announced length and inflates without limit; behind this stage it meets
 * neither. A bad frame fails the outlet with {@link RpcFailure}; but then, and also when downstream has enough, the body
 * is still taken (and thrown away) for a while: cancelling it would reset the HTTP/2 stream before the client has read
 * its answer.
 */
public final class FrameGate extends GraphStage<FlowShape<ByteString, ByteString>> {
    /** How much of a refused body is still taken before the stream is reset after all. */
    private static final long MAX_DISCARDED_BYTES = 16L << 20;

    private final Inlet<ByteString> in = Inlet.create("FrameGate.in");
    private final Outlet<ByteString> out = Outlet.create("FrameGate.out");
    private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
    private final String encoding;
    private final int maxBytes;
    private final long maxMessages;

    /**
     * @param encoding {@code identity} or {@code gzip}
     * @param maxBytes largest message, as sent and inflated
     * @param maxMessages 1 for a unary call
     */
    public FrameGate(String encoding, int maxBytes, long maxMessages) {
        this.encoding = encoding;
        this.maxBytes = maxBytes;
        this.maxMessages = maxMessages;
    }

    @Override
    public FlowShape<ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends GraphStageLogic {
        private static final int UNKNOWN = -1;

        private ByteString pending = ByteString.emptyByteString();
        private int length = UNKNOWN; // of the frame at the head of pending, once its prefix is here
        private long messages;
        private boolean refused;
        private long discarded;

        Logic() {
            super(shape);
            var handler = new AbstractInOutHandler() {
                @Override
                public void onPush() {
                    take(grab(in));
                }

                @Override
                public void onPull() {
                    advance();
                }

                @Override
                public void onUpstreamFinish() {
                    if (refused) completeStage();
                    else if (isAvailable(out)) advance();
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    discardRest();
                }
            };
            setHandler(in, handler);
            setHandler(out, handler);
        }

        private void take(ByteString bytes) {
            if (refused) {
                discarded += bytes.length();
                if (discarded > MAX_DISCARDED_BYTES) completeStage();
                else pull(in);
                return;
            }
            pending = pending.concat(bytes);
            advance();
        }

        private void advance() {
            try {
                var frame = nextFrame();
                if (frame != null) push(out, frame);
                else if (!isClosed(in)) pull(in);
                else if (pending.isEmpty()) completeStage();
                else throw Frames.truncated();
            } catch (RpcFailure failure) {
                refuse(failure);
            }
        }

        private @Nullable ByteString nextFrame() {
            if (messages == maxMessages && !pending.isEmpty()) throw Frames.tooManyMessages();
            if (length == UNKNOWN) {
                if (pending.length() < Frames.PREFIX_BYTES) return null;
                var prefix = pending.take(Frames.PREFIX_BYTES).toArrayUnsafe();
                length = (int) Frames.checkedLength(prefix, 0, maxBytes);
            }
            int frameBytes = Frames.PREFIX_BYTES + length;
            if (pending.length() < frameBytes) return null;
            byte[] bytes = pending.take(frameBytes).toArrayUnsafe();
            pending = pending.drop(frameBytes);
            length = UNKNOWN;
            messages++;
            if (!Frames.isCompressed(bytes[0], encoding)) return ByteString.fromArrayUnsafe(bytes);
            byte[] plain = Frames.gunzip(bytes, Frames.PREFIX_BYTES, bytes.length - Frames.PREFIX_BYTES, maxBytes);
            byte[] frame = Frames.prefixed(plain.length);
            System.arraycopy(plain, 0, frame, Frames.PREFIX_BYTES, plain.length);
            return ByteString.fromArrayUnsafe(frame);
        }

        private void refuse(RpcFailure failure) {
            fail(out, failure);
            discardRest();
        }

        private void discardRest() {
            refused = true;
            pending = ByteString.emptyByteString();
            if (isClosed(in)) completeStage();
            else if (!hasBeenPulled(in)) pull(in);
        }
    }
}
