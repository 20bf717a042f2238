package io.actd.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import org.apache.pekko.http.impl.engine.http2.hpack.Http2HeaderParsing;
import org.apache.pekko.http.scaladsl.model.Uri;
import org.apache.pekko.http.scaladsl.settings.ParserSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients of etcd write {@code :authority} as they like; whatever they write, the call is served. */
class AuthorityTest {
    @SuppressWarnings("deprecation") // the others want an actor system
    private static final ParserSettings SETTINGS =
            (ParserSettings) org.apache.pekko.http.javadsl.settings.ParserSettings.create(ConfigFactory.load());

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:2379, 127.0.0.1, 2379",
        "etcd.example:2379, etcd.example, 2379",
        "[::1]:2379, ::1, 2379",
        "localhost, localhost, 0",
        // the whole endpoint, as etcdctl writes it for calls of one endpoint
        "http://127.0.0.1:2379, 127.0.0.1, 2379",
        "https://etcd.example:2379, etcd.example, 2379",
        "http://[::1]:2379, ::1, 2379",
        // nobody has to make sense
        "'two words', unknown.invalid, 0",
        "http://two words, unknown.invalid, 0",
        "://, '', 0",
        "host:port, unknown.invalid, 0",
    })
    void hostAndPort_areFoundInBothForms(String authority, String host, int port) throws Exception {
        var parsed = parser().parse(":authority", authority, SETTINGS);
        assertEquals(host, parsed.host().address());
        assertEquals(port, parsed.port());
    }

    /** Ours stands in front of pekko-http's class of that name; if it did not, etcdctl would be cut off. */
    @Test
    void loadedClass_isOurs_andTheRestIsPekkos() throws Exception {
        assertEquals(origin(ApiServer.class), origin(parser().getClass()));
        assertEquals(origin(ParserSettings.class), origin(Http2HeaderParsing.class), "only one class is replaced");
    }

    /** As pekko-http finds it; javac takes a name like this for a nested class. */
    @SuppressWarnings("unchecked")
    private static Http2HeaderParsing.HeaderParser<Uri.Authority> parser() throws Exception {
        var parser = Class.forName(Http2HeaderParsing.class.getName() + "$Authority$");
        return (Http2HeaderParsing.HeaderParser<Uri.Authority>)
                parser.getField("MODULE$").get(null);
    }

    private static String origin(Class<?> loaded) {
        return loaded.getProtectionDomain().getCodeSource().getLocation().toString();
    }
}
