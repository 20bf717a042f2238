package io.actd.bench;

import com.google.protobuf.MessageLite;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The same unary request again and again from nghttp2's {@code h2load}, a load generator so light that it leaves most
 * of the machine to the server.
 *
 * @param connections open at once
 * <p>It sees only HTTP; whether writes were carried out is told by the store's revision, which each raises by one.
 *
 * @param streams requests under way on each
 * @param perSecond rate at which requests are sent, 0: as fast as answers come
 */
record H2Load(String name, String path, MessageLite request, int connections, int streams, int perSecond, Path workDir)
        implements Workload {
    private static final Pattern DONE = Pattern.compile("(\\d+) done, (\\d+) succeeded, (\\d+) failed");

    @Override
    public boolean readsOnly() {
        return request instanceof RangeRequest;
    }

    @Override
    public Sample run(Target target, int seconds) throws IOException, InterruptedException {
        var body = workDir.resolve("request.bin");
        var log = workDir.resolve("h2load.log");
        Files.deleteIfExists(log);
        var message = request.toByteArray();
        Files.write(
                body,
                ByteBuffer.allocate(5 + message.length)
                        .put((byte) 0)
                        .putInt(message.length)
                        .put(message)
                        .array());
        double cpuBefore = target.cpuSeconds();
        long revisionBefore = Workloads.revision(target);
        var command = new ArrayList<>(List.of(
                "h2load",
                "-D" + seconds,
                "-c" + connections,
                "-m" + streams,
                "-t1",
                "-d" + body,
                "-Hcontent-type: application/grpc",
                "-Hte: trailers",
                "--log-file=" + log));
        if (perSecond > 0) command.add("--rps=" + perSecond / connections);
        command.add("http://127.0.0.1:" + target.clientPort + path);
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) process.destroyForcibly();
        double cpu = target.cpuSeconds() - cpuBefore;
        var done = DONE.matcher(output);
        if (!done.find()) throw new IOException("h2load said: " + output);
        long failed = Long.parseLong(done.group(3));
        if (request instanceof PutRequest) {
            // What was under way at the end may have been carried out unseen.
            long carriedOut = Workloads.revision(target) - revisionBefore;
            failed += Math.max(0, Long.parseLong(done.group(2)) - carriedOut);
        }
        var micros = new ArrayList<Long>();
        try (var lines = Files.lines(log)) {
            lines.forEach(line -> {
                var fields = line.split("\t", -1);
                if (fields[1].equals("200")) micros.add(Long.parseLong(fields[2]));
            });
        }
        return Sample.of(
                micros.stream().mapToLong(Long::longValue).toArray(), seconds, cpu, target.residentMib(), failed);
    }
}
