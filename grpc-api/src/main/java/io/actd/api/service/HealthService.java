package io.actd.api.service;

import io.actd.api.rpc.GrpcStatus;
import io.actd.api.rpc.MethodTable;
import io.actd.protocol.health.HealthCheckRequest;
import io.actd.protocol.health.HealthCheckResponse;

/** {@code grpc.health.v1.Health/Check}: the whole server serves as soon as it can be asked (spec MD-5). */
public final class HealthService {
    private static final HealthCheckResponse SERVING = HealthCheckResponse.newBuilder()
            .setStatus(HealthCheckResponse.ServingStatus.SERVING)
            .build();

    public void into(MethodTable table) {
        table.unary("grpc.health.v1.Health", "Check", HealthCheckRequest.parser(), (request, call) -> {
            if (request.getService().isEmpty()) call.ok(SERVING);
            else call.fail(new GrpcStatus(GrpcStatus.NOT_FOUND, "unknown service"));
        });
    }
}
