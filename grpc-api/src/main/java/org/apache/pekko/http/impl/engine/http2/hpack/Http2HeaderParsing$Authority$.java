package org.apache.pekko.http.impl.engine.http2.hpack;

import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.scaladsl.model.IllegalUriException;
import org.apache.pekko.http.scaladsl.model.Uri;
import org.apache.pekko.http.scaladsl.model.Uri$;
import org.apache.pekko.http.scaladsl.settings.ParserSettings;
import org.parboiled2.ParserInput$;

/**
 * Reads {@code :authority} in the place of pekko-http's class of this name, whose jar comes later on the class path.
 *
 * <p>etcdctl and clientv3 call maintenance methods of an endpoint given as URL with that whole URL as authority ({@code
 * http://127.0.0.1:2379}); {@code endpoint status --cluster} always does. pekko-http 1.3.0 ends the connection over it,
 * and the client comes back a hundred times. There is no setting nor hook for it. Servers of gRPC do not look at the
 * authority at all, so whatever makes no sense here is taken as a host nobody has.
 */
@SuppressWarnings({"checkstyle:TypeName", "ClassName"})
public final class Http2HeaderParsing$Authority$ extends Http2HeaderParsing.HeaderParser<Uri.Authority> {
    /** Under the name by which Scala finds the only instance. */
    public static final Http2HeaderParsing$Authority$ MODULE$ = new Http2HeaderParsing$Authority$();

    private static final Uri.Authority NOBODY = strict("unknown.invalid");

    private Http2HeaderParsing$Authority$() {
        super(":authority");
    }

    @Override
    public Uri.Authority parse(String name, String value, ParserSettings settings) {
        try {
            return strict(value);
        } catch (IllegalUriException e) {
            return withoutScheme(value);
        }
    }

    private static Uri.Authority withoutScheme(String value) {
        int mark = value.indexOf("://");
        try {
            return mark < 0 ? NOBODY : strict(value.substring(mark + "://".length()));
        } catch (IllegalUriException e) {
            return NOBODY;
        }
    }

    private static Uri.Authority strict(String value) {
        return Uri$.MODULE$.parseHttp2AuthorityPseudoHeader(
                ParserInput$.MODULE$.apply(value),
                StandardCharsets.UTF_8,
                Uri$.MODULE$.parseHttp2AuthorityPseudoHeader$default$3());
    }
}
