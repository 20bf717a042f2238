package io.actd.join;

import io.actd.join.JoinMessage.ClusterAnswer;
import io.actd.join.JoinMessage.ClusterQuestion;
import io.actd.join.JoinMessage.NotReady;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Asks the {@link ClusterDirectory} of a member by its address. Thread-safe. */
public final class ClusterEnquiry {
    private static final Duration ASK_AGAIN = Duration.ofMillis(100);

    private final ActorSystem<?> system;

    /** @param system has the name all members' systems have, for the address is made of it */
    public ClusterEnquiry(ActorSystem<?> system) {
        this.system = system;
    }

    /**
     * Asks until there is an answer; {@link NotReady} also if none came in time, for whoever does not answer may only be
     * starting.
     *
     * @param host as the member itself advertises it
     * @param about id of the member the question is about, 0 if unknown
     */
    public CompletionStage<ClusterAnswer> ask(String host, int port, long about, Duration timeout) {
        var name = host.contains(":") ? "[" + host + "]" : host;
        var path = "pekko://" + system.name() + "@" + name + ":" + port + "/system/" + ClusterDirectory.NAME;
        ActorRef<ClusterQuestion> directory = ActorRefResolver.get(system).resolveActorRef(path);
        var answer = new CompletableFuture<ClusterAnswer>();
        askAgain(directory, about, timeout, answer);
        return answer.minimalCompletionStage();
    }

    /** A question can get lost: whoever listens already may not know yet who is to answer it. */
    private void askAgain(
            ActorRef<ClusterQuestion> directory, long about, Duration left, CompletableFuture<ClusterAnswer> answer) {
        if (answer.isDone()) return;
        if (left.isNegative() || left.isZero()) {
            answer.complete(NotReady.INSTANCE);
            return;
        }
        askOnce(directory, about, left).thenAccept(answer::complete);
        var pause = left.compareTo(ASK_AGAIN) < 0 ? left : ASK_AGAIN;
        Runnable again = () -> askAgain(directory, about, left.minus(pause), answer);
        system.scheduler().scheduleOnce(pause, again, system.executionContext());
    }

    private CompletionStage<ClusterAnswer> askOnce(ActorRef<ClusterQuestion> directory, long about, Duration timeout) {
        return AskPattern.<ClusterQuestion, ClusterAnswer>ask(
                        directory, replyTo -> new ClusterQuestion(about, replyTo), timeout, system.scheduler())
                .exceptionally(unanswered -> NotReady.INSTANCE);
    }
}
