package io.actd.lease;

import com.google.protobuf.Message;
import io.actd.member.Forwarder;
import io.actd.member.Reply;
import io.actd.peer.PeerMessage.LeaderQuestionKind;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.LeaseKeepAliveRequest;
import io.actd.protocol.api.LeaseTimeToLiveRequest;
import org.apache.pekko.actor.typed.ActorRef;

/** Where questions go while this member does not lead: any member is asked, the leader answers (spec L-13, L-16). */
final class WayToLeader {
    private final ActorRef<Forwarder.Command> forwarder;

    WayToLeader(ActorRef<Forwarder.Command> forwarder) {
        this.forwarder = forwarder;
    }

    void ask(Lessor.Question question) {
        switch (question) {
            case Lessor.KeepAlive keepAlive -> renew(keepAlive);
            case Lessor.TimeToLive timeToLive -> timeToLive(timeToLive);
        }
    }

    void renew(Lessor.KeepAlive keepAlive) {
        if (keepAlive.relayed()) {
            keepAlive.reply().done(Outcome.refused(Refusal.NOT_LEADER));
            return;
        }
        var request =
                LeaseKeepAliveRequest.newBuilder().setID(keepAlive.leaseId()).build();
        forward(LeaderQuestionKind.KEEP_ALIVE, request, keepAlive.reply());
    }

    private void timeToLive(Lessor.TimeToLive question) {
        var request = LeaseTimeToLiveRequest.newBuilder()
                .setID(question.leaseId())
                .setKeys(question.keys())
                .build();
        forward(LeaderQuestionKind.TIME_TO_LIVE, request, question.reply());
    }

    private void forward(LeaderQuestionKind kind, Message request, Reply reply) {
        forwarder.tell(new Forwarder.Ask(kind, request.toByteString(), reply));
    }
}
