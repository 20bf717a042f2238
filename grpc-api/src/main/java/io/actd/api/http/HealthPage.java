package io.actd.api.http;

import io.actd.api.ApiMetrics;
import io.actd.member.MemberApi;
import io.actd.protocol.api.AlarmType;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.Query;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /health}: alarms, then the leader, then a read; the first that fails is the reason (spec OP-71, OP-72). */
final class HealthPage {
    private static final Logger log = LoggerFactory.getLogger(HealthPage.class);

    private final MemberApi member;
    private final ApiMetrics metrics;
    private final Reads reads;

    HealthPage(MemberApi member, ApiMetrics metrics) {
        this.member = member;
        this.metrics = metrics;
        this.reads = new Reads(member);
    }

    CompletionStage<HttpResponse> get(Query query) {
        boolean serializable = query.get("serializable").filter("true"::equals).isPresent();
        var alarm = alarm(Queries.all(query, "exclude"));
        if (!alarm.isEmpty()) return CompletableFuture.completedFuture(answer(alarm));
        if (!serializable && !member.status().hasLeader()) {
            return CompletableFuture.completedFuture(answer("RAFT NO LEADER"));
        }
        var read = serializable ? reads.serializable() : reads.linearizable();
        return read.thenApply(error -> answer(error.isEmpty() ? "" : "RANGE ERROR:" + error));
    }

    private String alarm(Set<String> excluded) {
        for (var active : member.state().alarms().active(AlarmType.NONE)) {
            var type = active.getAlarm();
            if (type == AlarmType.UNRECOGNIZED) return "ALARM UNKNOWN";
            if (!excluded.contains(type.name())) return "ALARM " + type.name();
        }
        return "";
    }

    private HttpResponse answer(String reason) {
        boolean healthy = reason.isEmpty();
        metrics.healthServed(healthy);
        // Both values are strings: clients compare them as such.
        var body = "{\"health\":\"" + healthy + "\",\"reason\":\"" + Json.escaped(reason) + "\"}";
        if (healthy) return Page.text(200, body);
        log.warn("/health error: {}", body);
        return Page.plainText(503, body + "\n");
    }
}
