package io.actd.join;

import io.actd.join.JoinMessage.ClusterAnswer;
import io.actd.join.JoinMessage.ClusterQuestion;
import io.actd.join.JoinMessage.NotReady;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Asks the {@link ClusterDirectory} of a member by its address. Thread-safe. */
public final class ClusterEnquiry {
    private final ActorSystem<?> system;

    /** @param system has the name all members' systems have, for the address is made of it */
    public ClusterEnquiry(ActorSystem<?> system) {
        this.system = system;
    }

    /**
     * One question, one answer; {@link NotReady} also if none came in time, for whoever does not answer may only be
     * starting.
     *
     * @param host as the member itself advertises it
     * @param about id of the member the question is about, 0 if unknown
     */
    public CompletionStage<ClusterAnswer> ask(String host, int port, long about, Duration timeout) {
        var name = host.contains(":") ? "[" + host + "]" : host;
        var path = "pekko://" + system.name() + "@" + name + ":" + port + "/system/" + ClusterDirectory.NAME;
        ActorRef<ClusterQuestion> directory = ActorRefResolver.get(system).resolveActorRef(path);
        return AskPattern.<ClusterQuestion, ClusterAnswer>ask(
                        directory, replyTo -> new ClusterQuestion(about, replyTo), timeout, system.scheduler())
                .exceptionally(unanswered -> NotReady.INSTANCE);
    }
}
