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
 * <p>It sees only HTTP; whether writes were carried out is told by the store's revision, which each raises by one.
 *
 * @param connections open at once, on all members asked together
 * @param streams requests under way on each
 * @param perSecond rate at which requests are sent, 0: as fast as answers come
 */
record H2Load(
        String name,
        String path,
        MessageLite request,
        Target.Members members,
        int connections,
        int streams,
        int perSecond,
        Path workDir)
        implements Workload {
    private static final Pattern DONE = Pattern.compile("(\\d+) done, (\\d+) succeeded, (\\d+) failed");

    @Override
    public boolean readsOnly() {
        return request instanceof RangeRequest;
    }

    private Path log(int port) {
        return workDir.resolve("h2load." + port);
    }

    @Override
    public Sample run(Target target, int seconds) throws IOException, InterruptedException {
        var body = workDir.resolve("request.bin");
        for (int port : target.ports(members)) Files.deleteIfExists(log(port));
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
        var ports = target.ports(members);
        var loads = new ArrayList<Process>();
        for (int port : ports) {
            var command = new ArrayList<>(List.of(
                    "h2load",
                    "-D" + seconds,
                    "-c" + connections / ports.size(),
                    "-m" + streams,
                    "-t1",
                    "-d" + body,
                    "-Hcontent-type: application/grpc",
                    "-Hte: trailers",
                    "--log-file=" + log(port)));
            if (perSecond > 0) command.add("--rps=" + perSecond / connections);
            command.add("http://127.0.0.1:" + port + path);
            loads.add(new ProcessBuilder(command).redirectErrorStream(true).start());
        }
        long failed = 0;
        long succeeded = 0;
        var micros = new ArrayList<Long>();
        for (int i = 0; i < loads.size(); i++) {
            var load = loads.get(i);
            var output = new String(load.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (!load.waitFor(60, TimeUnit.SECONDS)) load.destroyForcibly();
            var done = DONE.matcher(output);
            if (!done.find()) throw new IOException("h2load said: " + output);
            succeeded += Long.parseLong(done.group(2));
            failed += Long.parseLong(done.group(3));
            try (var lines = Files.lines(log(ports.get(i)))) {
                lines.forEach(line -> {
                    var fields = line.split("\t", -1);
                    if (fields[1].equals("200")) micros.add(Long.parseLong(fields[2]));
                });
            }
        }
        double cpu = target.cpuSeconds() - cpuBefore;
        if (request instanceof PutRequest) {
            // What was under way at the end may have been carried out unseen.
            failed += Math.max(0, succeeded - (Workloads.revision(target) - revisionBefore));
        }
        return Sample.of(
                micros.stream().mapToLong(Long::longValue).toArray(), seconds, cpu, target.residentMib(), failed);
    }
}
