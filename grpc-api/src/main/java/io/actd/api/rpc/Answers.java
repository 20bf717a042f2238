package io.actd.api.rpc;

import io.actd.protocol.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.Trailer;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;

/** Makes the HTTP responses of unary calls out of parts built once. */
public final class Answers {
    public static final ContentType GRPC =
            MediaTypes.applicationBinary("grpc", true).toContentType();

    private static final HttpResponse OK = HttpResponse.create()
            .addAttribute(AttributeKeys.trailer, Trailer.create().addHeader(RawHeader.create("grpc-status", "0")));

    private static final Map<Refusal, HttpResponse> REFUSED = new EnumMap<>(Refusal.class);

    static {
        for (var refusal : Refusal.values()) REFUSED.put(refusal, failed(GrpcStatus.of(refusal)));
    }

    private Answers() {}

    /** Headers, one DATA frame, and the good status as trailer (spec MD-4: nothing else is added). */
    public static HttpResponse ok(ByteString frame) {
        return OK.withEntity(HttpEntities.create(GRPC, frame));
    }

    public static HttpResponse refused(Refusal refusal) {
        var response = REFUSED.get(refusal);
        return response == null ? failed(GrpcStatus.of(refusal)) : response;
    }

    /** A status and nothing else: headers that end the stream. */
    public static HttpResponse failed(GrpcStatus status) {
        return HttpResponse.create()
                .addHeaders(List.<HttpHeader>of(
                        RawHeader.create("grpc-status", Integer.toString(status.code())),
                        RawHeader.create("grpc-message", percentEncoded(status.message()))))
                .withEntity(HttpEntities.create(GRPC, ByteString.emptyByteString()));
    }

    /** Printable ASCII but the percent sign goes as it is, any other byte of the UTF-8 form as {@code %XX}. */
    public static String percentEncoded(String message) {
        if (message.chars().allMatch(Answers::isPlain)) return message;
        var encoded = new StringBuilder();
        for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(b)) encoded.append((char) b);
            else encoded.append('%').append(hex(b >> 4)).append(hex(b));
        }
        return encoded.toString();
    }

    private static boolean isPlain(int c) {
        return c >= 0x20 && c <= 0x7e && c != '%';
    }

    private static char hex(int nibble) {
        return Character.toUpperCase(Character.forDigit(nibble & 0xf, 16));
    }
}
