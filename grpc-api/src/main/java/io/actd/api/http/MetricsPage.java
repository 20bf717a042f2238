package io.actd.api.http;

import io.actd.api.ApiMetrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** {@code /metrics}: Prometheus text, compressed if the reader takes that. */
final class MetricsPage {
    private static final ContentType PROMETHEUS = ContentTypes.parse("text/plain; version=0.0.4; charset=utf-8");

    private final ApiMetrics metrics;

    MetricsPage(ApiMetrics metrics) {
        this.metrics = metrics;
    }

    HttpResponse get(HttpRequest request) {
        var text = metrics.exposition();
        if (text == null) return Page.notFound();
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        boolean gzip = request.getHeader("Accept-Encoding")
                .filter(header -> header.value().contains("gzip"))
                .isPresent();
        if (!gzip) return HttpResponse.create().withEntity(HttpEntities.create(PROMETHEUS, bytes));
        return HttpResponse.create()
                .addHeader(RawHeader.create("Content-Encoding", "gzip"))
                .withEntity(HttpEntities.create(PROMETHEUS, compressed(bytes)));
    }

    private static byte[] compressed(byte[] bytes) {
        var sink = new ByteArrayOutputStream(bytes.length / 4);
        try (var gzip = new GZIPOutputStream(sink)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
        return sink.toByteArray();
    }
}
