package io.actd.e2e.cluster;

import io.actd.e2e.Await;
import io.actd.e2e.server.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * What a member counts, by its own metrics page.
 *
 * @param text the page, empty if the member does not answer
 */
public record Metrics(String text) {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** The figures of now. */
    public static Metrics of(ServerProcess process) {
        return new Metrics(page(process).map(HttpResponse::body).orElse(""));
    }

    /** The first figures it answers with. */
    public static Metrics await(ServerProcess process, Duration timeout) {
        String name = "figures of " + process.config().name();
        return Await.seldom(name, timeout, () -> Optional.of(of(process))
                .filter(page -> !page.text().isEmpty()));
    }

    /** The time of day a member puts on its answers, if it answers. */
    static Optional<Instant> date(ServerProcess process) {
        return page(process)
                .flatMap(answer -> answer.headers().firstValue("date"))
                .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant());
    }

    private static Optional<HttpResponse<String>> page(ServerProcess process) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + process.endpoint() + "/metrics"))
                .timeout(TIMEOUT)
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return Optional.of(client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException notNow) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The mean of what a histogram without labels observed since then, if anything was. */
    Optional<Double> meanSince(Metrics then, String histogram) {
        Optional<Double> count = increase(then, histogram + "_count").filter(observed -> observed > 0);
        return count.flatMap(n -> increase(then, histogram + "_sum").map(sum -> sum / n));
    }

    private Optional<Double> increase(Metrics then, String name) {
        return value(name).flatMap(now -> then.value(name).map(before -> now - before));
    }

    /** A counter or gauge, its labels as they are shown. */
    public Optional<Double> value(String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst();
    }
}
