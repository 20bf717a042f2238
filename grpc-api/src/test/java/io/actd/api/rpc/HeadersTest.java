package io.actd.api.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of the metadata is understood, and how. */
class HeadersTest {
    private static CallHeaders read(String... namesAndValues) {
        HttpRequest request = HttpRequest.POST("/");
        // pekko puts an added header in front.
        for (int i = namesAndValues.length - 2; i >= 0; i -= 2) {
            request = request.addHeader(RawHeader.create(namesAndValues[i], namesAndValues[i + 1]));
        }
        return CallHeaders.of((org.apache.pekko.http.scaladsl.model.HttpRequest) request);
    }

    @Test
    void nothingOfInterest_costsNothing() {
        assertSame(CallHeaders.PLAIN, read("user-agent-x", "grpc-go/1.60", "grpc-accept-encoding", "gzip"));
    }

    @Test
    void hasLeader_exactlyTrueAndTheFirstValue() { // spec MD-2
        assertTrue(read("hasleader", "true").requireLeader());
        assertFalse(read("hasleader", "True").requireLeader());
        assertFalse(read("hasleader", "false", "hasleader", "true").requireLeader());
    }

    @ParameterizedTest
    @CsvSource({"5S,5000000000", "250m,250000000", "7u,7000", "9n,9", "2M,120000000000", "1H,3600000000000"})
    void timeouts(String text, long nanos) { // spec wire.md §8.5
        assertEquals(nanos, read("grpc-timeout", text).timeoutNanos());
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "S", "5s", "-1S", "123456789S"})
    void malformedTimeouts(String text) {
        assertThrows(RpcFailure.class, () -> read("grpc-timeout", text));
    }

    @Test
    void clientApiVersion_mustBeUtf8() { // spec O-1
        assertTrue(read("client-api-version", "3.6").versionIsUtf8());
        var bytes = "3.6-grün".getBytes(StandardCharsets.UTF_8);
        var version = new String(bytes, StandardCharsets.ISO_8859_1);
        assertTrue(new CallHeaders(false, version, CallHeaders.IDENTITY, -1).versionIsUtf8());
        assertFalse(new CallHeaders(false, "3.6\u00ff", CallHeaders.IDENTITY, -1).versionIsUtf8());
        assertFalse(new CallHeaders(false, "3.6\ufffd", CallHeaders.IDENTITY, -1).versionIsUtf8());
    }

    @Test
    void statusMessages_arePercentEncoded() {
        assertEquals("etcdserver: no leader", Answers.percentEncoded("etcdserver: no leader"));
        assertEquals("100%25 gr%C3%BCn%0A", Answers.percentEncoded("100% grün\n"));
    }
}
