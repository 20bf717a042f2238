package io.actd.api.stream;

import io.actd.api.rpc.Answers;
import io.actd.api.rpc.GrpcStatus;
import io.actd.api.rpc.MethodTable;
import io.actd.api.rpc.Route;
import io.actd.protocol.api.Auth;
import io.actd.protocol.api.Cluster;
import io.actd.protocol.api.KV;
import io.actd.protocol.api.Lease;
import io.actd.protocol.api.Maintenance;
import io.actd.protocol.api.Watch;
import io.actd.protocol.election.Election;
import io.actd.protocol.health.Health;
import io.actd.protocol.lock.Lock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.grpc.javadsl.ServerReflection;

/** {@code grpc.reflection.v1alpha}, for tools like grpcurl. etcd has none (spec MD-6), so it is off unless asked for. */
public final class Reflection {
    private Reflection() {}

    public static void into(MethodTable table, ActorSystem<?> system) {
        var services = List.of(
                KV.description,
                Watch.description,
                Lease.description,
                Cluster.description,
                Maintenance.description,
                Auth.description,
                Lock.description,
                Election.description,
                Health.description);
        var handler = ServerReflection.create(services, system);
        Route route = request -> {
            try {
                return handler.apply(request).exceptionally(e -> Answers.failed(GrpcStatus.unexpected(e)));
            } catch (Exception e) { // what the interface declares
                return CompletableFuture.completedFuture(Answers.failed(GrpcStatus.unexpected(e)));
            }
        };
        table.foreign("grpc.reflection.v1alpha.ServerReflection", "ServerReflectionInfo", route);
    }
}
