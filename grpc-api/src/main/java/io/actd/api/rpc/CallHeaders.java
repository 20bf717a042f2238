package io.actd.api.rpc;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.apache.pekko.http.scaladsl.model.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * The request metadata somebody looks at (spec MD-1), read in one pass.
 *
 * @param requireLeader {@code hasleader: true} (spec MD-2)
 * @param clientApiVersion null if absent (spec MD-3)
 * @param encoding {@code grpc-encoding}, {@code identity} if absent
 * @param timeoutNanos {@code grpc-timeout}, -1 if absent
 */
public record CallHeaders(
        boolean requireLeader, @Nullable String clientApiVersion, String encoding, long timeoutNanos) {
    public static final String IDENTITY = "identity";
    public static final String GZIP = "gzip";
    private static final long NO_TIMEOUT = -1;

    /** What most calls carry: nothing of interest. */
    public static final CallHeaders PLAIN = new CallHeaders(false, null, IDENTITY, NO_TIMEOUT);

    /** Throws {@link RpcFailure} for a malformed timeout. */
    public static CallHeaders of(HttpRequest request) {
        var headers = request.headers();
        boolean requireLeader = false;
        boolean sawLeader = false;
        String version = null;
        String encoding = IDENTITY;
        long timeout = NO_TIMEOUT;
        for (int i = 0, n = headers.length(); i < n; i++) {
            HttpHeader header = headers.apply(i);
            switch (header.lowercaseName()) {
                case "hasleader" -> {
                    if (!sawLeader) requireLeader = header.value().equals("true");
                    sawLeader = true;
                }
                case "client-api-version" -> version = version == null ? header.value() : version;
                case "grpc-encoding" -> encoding = header.value();
                case "grpc-timeout" -> timeout = parseTimeout(header.value());
                default -> {}
            }
        }
        if (!requireLeader && version == null && timeout == NO_TIMEOUT && encoding.equals(IDENTITY)) return PLAIN;
        return new CallHeaders(requireLeader, version, encoding, timeout);
    }

    /** False if the bytes of {@code client-api-version} were not UTF-8 (spec errors.md §1). */
    public boolean versionIsUtf8() {
        if (clientApiVersion == null || clientApiVersion.chars().allMatch(c -> c < 0x80)) return true;
        // Header bytes arrive as one char each.
        if (clientApiVersion.chars().anyMatch(c -> c > 0xff)) return false;
        try {
            var bytes = ByteBuffer.wrap(clientApiVersion.getBytes(StandardCharsets.ISO_8859_1));
            StandardCharsets.UTF_8.newDecoder().decode(bytes);
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Throws {@link RpcFailure} if messages may come in a form that is not understood here (spec LM-2). */
    public void checkEncoding() {
        if (encoding.equals(IDENTITY) || encoding.equals(GZIP)) return;
        throw new RpcFailure(
                GrpcStatus.unimplemented("grpc: Decompressor is not installed for grpc-encoding \"" + encoding + "\""));
    }

    /** Digits, at most eight, and a unit: {@code 5S}, {@code 250m}. */
    private static long parseTimeout(String text) {
        int digits = text.length() - 1;
        if (digits < 1 || digits > 8) throw malformed(text);
        long amount = 0;
        for (int i = 0; i < digits; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) throw malformed(text);
            amount = amount * 10 + digit;
        }
        return switch (text.charAt(digits)) {
            case 'H' -> amount * 3_600_000_000_000L;
            case 'M' -> amount * 60_000_000_000L;
            case 'S' -> amount * 1_000_000_000L;
            case 'm' -> amount * 1_000_000L;
            case 'u' -> amount * 1_000L;
            case 'n' -> amount;
            default -> throw malformed(text);
        };
    }

    private static RpcFailure malformed(String text) {
        return new RpcFailure(GrpcStatus.internal("malformed grpc-timeout: " + text));
    }
}
