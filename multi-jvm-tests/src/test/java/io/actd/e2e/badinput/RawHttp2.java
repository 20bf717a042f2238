package io.actd.e2e.badinput;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** HTTP/2 written byte by byte on a socket, right or wrong as the test likes. */
final class RawHttp2 implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    private static final int READ_TIMEOUT_MILLIS = 3_000;

    private final Socket socket;

    private RawHttp2(Socket socket) {
        this.socket = socket;
    }

    /** Connects without a word. */
    static RawHttp2 connect(String endpoint) {
        URI address = URI.create("http://" + endpoint);
        try {
            Socket socket = new Socket(address.getHost(), address.getPort());
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            return new RawHttp2(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The client preface and empty settings. */
    RawHttp2 greet() {
        return send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                .frame(SETTINGS, 0, 0, new byte[0]);
    }

    /** Request headers of a gRPC call on a stream. */
    RawHttp2 call(int stream, String path, String contentType) {
        return frame(
                HEADERS,
                END_HEADERS,
                stream,
                headers(List.of(
                        ":method",
                        "POST",
                        ":scheme",
                        "http",
                        ":path",
                        path,
                        ":authority",
                        "x",
                        "content-type",
                        contentType,
                        "te",
                        "trailers")));
    }

    RawHttp2 frame(int type, int flags, int stream, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >>> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
        return send(frame.array());
    }

    /** Whatever bytes; a server that has hung up already is as good as one that does so afterwards. */
    RawHttp2 send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException hungUp) {
            assert socket.isConnected();
        }
        return this;
    }

    /** All that comes until the server hangs up or is silent, as Latin-1 text. */
    String read() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            byte[] some = new byte[4_096];
            for (int n = in.read(some); n > 0; n = in.read(some)) {
                all.write(some, 0, n);
            }
        } catch (SocketTimeoutException silent) {
            assert !socket.isClosed();
        } catch (IOException hungUp) {
            assert socket.isConnected();
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** Closes with a TCP reset. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A gRPC message frame with the given length in its prefix. */
    static byte[] grpcFrame(int compressed, int declaredLength, byte[] message) {
        ByteBuffer frame = ByteBuffer.allocate(5 + message.length);
        return frame.put((byte) compressed).putInt(declaredLength).put(message).array();
    }

    /** HPACK without compression: literals without indexing. */
    private static byte[] headers(List<String> namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            block.write(0);
            literal(block, namesAndValues.get(i));
            literal(block, namesAndValues.get(i + 1));
        }
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        block.write(bytes.length); // all are shorter than 127
        block.writeBytes(bytes);
    }
}
