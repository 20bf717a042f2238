package io.actd.api.http;

import java.util.List;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Makes the answers the pages have in common. */
final class Page {
    private static final HttpHeader NO_SNIFFING = RawHeader.create("X-Content-Type-Options", "nosniff");

    private Page() {}

    static HttpResponse text(int status, String body) {
        return HttpResponse.create()
                .withStatus(status)
                .withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, body));
    }

    /** Text that browsers must not take for anything else. */
    static HttpResponse plainText(int status, String body) {
        return text(status, body).addHeader(NO_SNIFFING);
    }

    static HttpResponse json(String body) {
        return HttpResponse.create().withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, body));
    }

    static HttpResponse notFound() {
        return plainText(404, "404 page not found\n");
    }

    /** Spec OP-70. */
    static HttpResponse onlyGet() {
        return text(StatusCodes.METHOD_NOT_ALLOWED.intValue(), "Method Not Allowed\n")
                .addHeaders(List.<HttpHeader>of(RawHeader.create("Allow", "GET")));
    }
}
