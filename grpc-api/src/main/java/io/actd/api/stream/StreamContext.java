package io.actd.api.stream;

import io.actd.api.ApiMetrics;
import io.actd.api.rpc.Admission;
import io.actd.member.MemberApi;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SharedKillSwitch;

/**
 * What all streaming methods share.
 *
 * @param ending ends every open stream when the server stops
 * @param maxBytes largest message taken
 * @param electionTimeout period of the checks of spec W-29
 */
public record StreamContext(
        ActorSystem<?> system,
        Materializer materializer,
        MemberApi member,
        Admission admission,
        ApiMetrics metrics,
        SharedKillSwitch ending,
        int maxBytes,
        int maxRequestBytes,
        Duration electionTimeout) {}
