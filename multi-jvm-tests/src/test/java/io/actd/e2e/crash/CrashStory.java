package io.actd.e2e.crash;

import io.actd.check.History;
import io.actd.e2e.Await;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.server.ServerProcess;
import io.actd.e2e.server.Target;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A server that is killed again and again under load, and the record of it. */
public final class CrashStory {
    private static final int CLIENTS = 4;
    private static final int LEAST_ANSWERS = 100;
    private static final int MORE_ANSWERS = 400;
    private static final int COMPACT_BEHIND = 30;

    private final ServerProcess server;
    private final SplittableRandom random;
    private final Recorder recorder = new Recorder();
    private final LogCollector collector = new LogCollector();
    private long compacted = -1;

    /** Tells about a running server with an empty store. */
    public CrashStory(ServerProcess server, long seed) {
        this.server = server;
        this.random = new SplittableRandom(seed);
    }

    /** Load, then SIGKILL in the midst of it, then start again. */
    public void crashOnce() {
        collector.connect(server.endpoint());
        List<Thread> clients = new ArrayList<>();
        // etcd 3.4 executes a revocation again after some crashes; this checker found it (compare faults.md D8).
        boolean revokes = server.config().target() == Target.ACTD;
        for (int i = 0; i < CLIENTS; i++) {
            var client = new LoadClient(i, server.endpoint(), recorder, random.split(), revokes);
            clients.add(Thread.ofPlatform().name("client " + i).start(client));
        }
        int half = LEAST_ANSWERS / 2 + random.nextInt(MORE_ANSWERS / 2);
        awaitAnswers(half);
        compact();
        awaitAnswers(half);
        server.kill9();
        clients.forEach(CrashStory::join);
        collector.disconnect();
        server.restart();
    }

    private void awaitAnswers(int more) {
        int enough = recorder.answered() + more;
        Await.until(more + " more answers", Duration.ofSeconds(60), () -> recorder.answered() >= enough);
    }

    /** Only what the collector has seen is compacted, so that it misses nothing. */
    private void compact() {
        long revision = collector.lastSeen() - COMPACT_BEHIND;
        if (revision <= compacted) {
            return;
        }
        try (EtcdClient client = EtcdClient.connect(server.endpoint())) {
            client.compact(revision);
            compacted = revision;
        } catch (StatusRuntimeException e) {
            throw new AssertionError("compaction to " + revision + " after " + compacted, e);
        }
    }

    private static void join(Thread thread) {
        try {
            if (!thread.join(Duration.ofSeconds(30))) {
                throw new AssertionError(thread + " does not end");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Everything seen, ended by one more put. */
    public History finish() {
        try (EtcdClient client = EtcdClient.connect(server.endpoint())) {
            PutRequest last = PutRequest.newBuilder()
                    .setKey(EtcdClient.bytes("last"))
                    .setValue(EtcdClient.bytes("after all crashes"))
                    .build();
            recorder.call(0, client, KVGrpc.getPutMethod(), last);
            collector.connect(server.endpoint());
            collector.awaitRevision(client.get("last").getKvs(0).getModRevision());
            collector.disconnect();
        }
        return new History(recorder.operations(), collector.events(), collector.watches());
    }

    /** The compacted revision, −1 if never compacted. */
    public long compacted() {
        return compacted;
    }
}
