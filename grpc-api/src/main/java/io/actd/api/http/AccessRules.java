package io.actd.api.http;

import java.util.List;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Who may talk to the HTTP side: names it answers to, origins that may read it (spec OP-77, OP-78). */
final class AccessRules {
    private static final String ANY = "*";
    private static final List<HttpHeader> CORS = List.of(
            RawHeader.create("Access-Control-Allow-Methods", "POST, GET, OPTIONS, PUT, DELETE"),
            RawHeader.create("Access-Control-Allow-Headers", "accept, content-type, authorization"));

    private final Set<String> origins;
    private final Set<String> hosts;

    AccessRules(Set<String> origins, Set<String> hosts) {
        this.origins = origins;
        this.hosts = hosts;
    }

    boolean answersTo(HttpRequest request) {
        if (hosts.isEmpty() || hosts.contains(ANY)) return true;
        var host = request.getUri().host().address();
        return hosts.contains(host);
    }

    /** Says why, for whoever configured the list may be the one who reads it. */
    static HttpResponse misdirected(HttpRequest request) {
        var host = request.getUri().host().address();
        return Page.plainText(
                421,
                "actd does not answer requests for the host name \"" + host + "\".\n"
                        + "It is not in --host-whitelist, which guards against DNS rebinding (CVE-2018-5702).\n");
    }

    HttpResponse withCors(HttpRequest request, HttpResponse response) {
        var open = response.addHeaders(CORS);
        if (origins.contains(ANY)) return open.addHeader(RawHeader.create("Access-Control-Allow-Origin", ANY));
        var origin = request.getHeader("Origin").map(HttpHeader::value).orElse("");
        return origins.contains(origin)
                ? open.addHeader(RawHeader.create("Access-Control-Allow-Origin", origin))
                : open;
    }
}
