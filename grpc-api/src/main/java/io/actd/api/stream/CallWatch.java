package io.actd.api.stream;

import com.google.protobuf.Message;
import io.actd.api.ApiMetrics;
import io.actd.api.rpc.GrpcStatus;
import io.actd.api.rpc.RpcFailure;
import io.actd.protocol.Refusal;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;

/**
 * Stands at the end of every stream of answers: counts them, counts how the call ended, and ends it itself when the
 * client asked for a leader and there has been none at three checks in a row (spec W-29).
 */
final class CallWatch<R extends Message> extends GraphStage<FlowShape<R, R>> {
    private static final int CHECKS_WITHOUT_LEADER = 3;

    private final Inlet<R> in = Inlet.create("CallWatch.in");
    private final Outlet<R> out = Outlet.create("CallWatch.out");
    private final FlowShape<R, R> shape = FlowShape.of(in, out);
    private final StreamContext context;
    private final ApiMetrics.Rpc rpc;
    private final long mark;
    private final boolean requireLeader;

    CallWatch(StreamContext context, ApiMetrics.Rpc rpc, long mark, boolean requireLeader) {
        this.context = context;
        this.rpc = rpc;
        this.mark = mark;
        this.requireLeader = requireLeader;
    }

    @Override
    public FlowShape<R, R> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic {
        private int checksWithoutLeader;
        private int code = GrpcStatus.CANCELLED; // unless something else happens: client or connection are gone

        Logic() {
            super(shape);
            var handler = new AbstractInOutHandler() {
                @Override
                public void onPush() {
                    R response = grab(in);
                    rpc.sent(response.getSerializedSize());
                    push(out, response);
                }

                @Override
                public void onPull() {
                    pull(in);
                }

                @Override
                public void onUpstreamFinish() {
                    code = GrpcStatus.OK.code();
                    completeStage();
                }

                @Override
                public void onUpstreamFailure(Throwable failure) {
                    code = StreamRoute.statusOf(failure).code();
                    failStage(failure);
                }
            };
            setHandler(in, handler);
            setHandler(out, handler);
        }

        @Override
        public void preStart() {
            if (requireLeader) {
                scheduleAtFixedRate("leader", context.electionTimeout(), context.electionTimeout());
            }
        }

        @Override
        public void onTimer(Object key) {
            if (context.member().status().hasLeader()) {
                checksWithoutLeader = 0;
            } else if (++checksWithoutLeader >= CHECKS_WITHOUT_LEADER) {
                code = Refusal.NO_LEADER.code();
                failStage(new RpcFailure(Refusal.NO_LEADER));
            }
        }

        @Override
        public void postStop() {
            rpc.handled(code, mark);
        }
    }
}
