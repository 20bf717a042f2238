package io.actd.api.http;

import io.actd.api.ApiMetrics;
import io.actd.member.MemberApi;
import io.actd.protocol.api.AlarmType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.Query;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /livez} and {@code /readyz}, whole or one check of it. All checks run, whatever the others say (spec OP-73).
 * Without a leader {@code /readyz} takes as long as a linearizable read may wait (spec OP-74).
 */
final class ProbePages {
    private static final Logger log = LoggerFactory.getLogger(ProbePages.class);

    /** How one check went. */
    private record Result(String check, String error) {
        boolean ok() {
            return error.isEmpty();
        }

        String line() {
            return ok() ? "[+]" + check + " ok\n" : "[-]" + check + " failed: " + error + "\n";
        }
    }

    private final MemberApi member;
    private final ApiMetrics metrics;
    private final Map<String, Map<String, Supplier<CompletionStage<String>>>> probes;

    ProbePages(MemberApi member, ApiMetrics metrics) {
        this.member = member;
        this.metrics = metrics;
        var reads = new Reads(member);
        var ready = new LinkedHashMap<String, Supplier<CompletionStage<String>>>();
        ready.put("data_corruption", this::corruption);
        ready.put("serializable_read", reads::serializable);
        ready.put("linearizable_read", reads::linearizable);
        ready.put("non_learner", this::learner);
        this.probes = Map.of("livez", Map.of("serializable_read", reads::serializable), "readyz", ready);
    }

    /** True if the path is a probe or one of its checks. */
    boolean serves(String path) {
        return checks(path) != null;
    }

    CompletionStage<HttpResponse> get(String path, Query query) {
        var checks = checks(path);
        if (checks == null) return CompletableFuture.completedFuture(Page.notFound());
        var remaining = new LinkedHashMap<>(checks);
        for (var excluded : Queries.all(query, "exclude")) {
            if (remaining.remove(excluded) == null) log.warn("{} has no check {} to exclude", path, excluded);
        }
        CompletionStage<List<Result>> results = CompletableFuture.completedFuture(new ArrayList<>());
        for (var check : remaining.entrySet()) {
            var outcome = check.getValue().get().thenApply(error -> new Result(check.getKey(), error));
            results = results.thenCombine(outcome, ProbePages::with);
        }
        return results.thenApply(all -> answer(path, all, Queries.has(query, "verbose")));
    }

    private static List<Result> with(List<Result> results, Result next) {
        results.add(next);
        return results;
    }

    /** {@code /readyz} has all checks, {@code /readyz/NAME} one; null if there is no such page. */
    private @Nullable Map<String, Supplier<CompletionStage<String>>> checks(String path) {
        var parts = path.substring(1).split("/", -1);
        var probe = probes.get(parts[0]);
        if (probe == null || parts.length == 1) return probe;
        var check = parts.length == 2 ? probe.get(parts[1]) : null;
        return check == null ? null : Map.of(parts[1], check);
    }

    private HttpResponse answer(String path, List<Result> results, boolean verbose) {
        var type = path.substring(1).split("/", -1)[0];
        var lines = new StringBuilder();
        boolean ok = true;
        for (var result : results) {
            metrics.probed(type, result.check(), result.ok());
            ok &= result.ok();
            lines.append(result.line());
        }
        if (ok) return Page.plainText(200, verbose ? lines + "ok\n" : "ok\n");
        log.atError() // spec OP-75
                .addKeyValue("path", path)
                .addKeyValue("reason", lines)
                .addKeyValue("status-code", 503)
                .log("Health check error");
        return Page.plainText(503, lines + "\n");
    }

    private CompletionStage<String> corruption() {
        boolean corrupt = member.state().alarms().any(AlarmType.CORRUPT);
        return CompletableFuture.completedFuture(corrupt ? "alarm activated: CORRUPT" : "");
    }

    private CompletionStage<String> learner() {
        boolean learner = member.state().membership().learners().contains(member.memberId());
        return CompletableFuture.completedFuture(learner ? "not supported for learner" : "");
    }
}
