package io.actd.api.rpc;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.actd.api.ApiMetrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.HttpRequest;
import org.apache.pekko.http.scaladsl.model.Uri;
import org.apache.pekko.stream.Materializer;

/**
 * From path to method, made from the generated service descriptors: every method they name is here, and answers
 * UNIMPLEMENTED until something better is put in its place.
 *
 * <p>Fill it, then serve from any number of threads.
 */
public final class MethodTable {
    private final UnaryRoute.Shared shared;
    private final Map<String, ServiceDescriptor> descriptors = new HashMap<>();
    private final Map<String, Map<String, Route>> services = new HashMap<>();
    private final Map<MethodDescriptor, ApiMetrics.Rpc> counters = new HashMap<>();

    public MethodTable(
            List<ServiceDescriptor> descriptors,
            Admission admission,
            ApiMetrics metrics,
            int maxBytes,
            Materializer materializer) {
        this.shared = new UnaryRoute.Shared(admission, metrics, maxBytes, materializer);
        for (var service : descriptors) {
            this.descriptors.put(service.getFullName(), service);
            var routes = new HashMap<String, Route>();
            for (var method : service.getMethods()) routes.put(method.getName(), unavailable(method));
            services.put(service.getFullName(), routes);
        }
    }

    /** A method no learner serves. */
    public <Q extends Message> void unary(String service, String method, Parser<Q> parser, UnaryMethod<Q> body) {
        unary(service, method, parser, false, body);
    }

    /** @param byLearners learners serve it too, or the method decides (spec M-14) */
    public <Q extends Message> void unary(
            String service, String method, Parser<Q> parser, boolean byLearners, UnaryMethod<Q> body) {
        var descriptor = descriptor(service, method);
        requireInput(descriptor, parser);
        put(descriptor, new UnaryRoute<>(shared, countersOf(descriptor), parser, byLearners, body));
    }

    /** @param route gets the counters of its method */
    public void stream(String service, String method, Function<ApiMetrics.Rpc, Route> route) {
        var descriptor = descriptor(service, method);
        put(descriptor, route.apply(countersOf(descriptor)));
    }

    /** A method none of the descriptors names. */
    public void foreign(String service, String method, Route route) {
        services.computeIfAbsent(service, name -> new HashMap<>()).put(method, route);
    }

    /** True if the path names a method, whatever the content type says. */
    public boolean knows(HttpRequest request) {
        var service = services.get(segment(request.uri().path(), 0));
        return service != null && service.containsKey(segment(request.uri().path(), 1));
    }

    /** Never throws; the stage never fails. */
    public CompletionStage<HttpResponse> handle(HttpRequest request) {
        var path = request.uri().path();
        var serviceName = segment(path, 0);
        var methodName = segment(path, 1);
        if (serviceName.isEmpty() || methodName.isEmpty() || path.length() != 4) {
            return unknown(request, "malformed method name: \"" + path + "\"");
        }
        var service = services.get(serviceName);
        if (service == null) return unknown(request, "unknown service " + serviceName);
        var route = service.get(methodName);
        if (route == null) return unknown(request, "unknown method " + methodName + " for service " + serviceName);
        return route.handle(request);
    }

    private CompletionStage<HttpResponse> unknown(HttpRequest request, String text) {
        request.discardEntityBytes(shared.materializer());
        return CompletableFuture.completedFuture(Answers.failed(GrpcStatus.unimplemented(text)));
    }

    /** The n-th segment of {@code /a/b}, without building strings: the path is a list of slashes and segments. */
    private static String segment(Uri.Path path, int n) {
        var rest = path;
        for (int i = 0; i <= n; i++) {
            if (!rest.startsWithSlash()) return "";
            rest = rest.tail();
            if (i == n) return rest.startsWithSegment() ? (String) rest.head() : "";
            if (rest.startsWithSegment()) rest = rest.tail();
        }
        return "";
    }

    private Route unavailable(MethodDescriptor method) {
        var text = "actd: " + method.getService().getName() + "." + method.getName() + " is not available yet";
        var unimplemented = GrpcStatus.unimplemented(text);
        boolean byLearners = method.getFullName().equals("etcdserverpb.Maintenance.Snapshot"); // spec M-14
        var rpc = countersOf(method);
        return request -> {
            request.discardEntityBytes(shared.materializer());
            long mark = rpc.started();
            var refusal = shared.admission().check(CallHeaders.PLAIN, byLearners);
            var status = refusal == null ? unimplemented : GrpcStatus.of(refusal);
            rpc.handled(status.code(), mark);
            return CompletableFuture.completedFuture(Answers.failed(status));
        };
    }

    private MethodDescriptor descriptor(String service, String method) {
        var descriptor = descriptors.get(service);
        var found = descriptor == null ? null : descriptor.findMethodByName(method);
        if (found == null) throw new IllegalArgumentException("no method " + service + "/" + method);
        return found;
    }

    private void put(MethodDescriptor method, Route route) {
        foreign(method.getService().getFullName(), method.getName(), route);
    }

    private ApiMetrics.Rpc countersOf(MethodDescriptor method) {
        return counters.computeIfAbsent(method, this::makeCounters);
    }

    private ApiMetrics.Rpc makeCounters(MethodDescriptor method) {
        var kind = method.isClientStreaming()
                ? method.isServerStreaming() ? ApiMetrics.Kind.BIDI_STREAM : ApiMetrics.Kind.CLIENT_STREAM
                : method.isServerStreaming() ? ApiMetrics.Kind.SERVER_STREAM : ApiMetrics.Kind.UNARY;
        return shared.metrics().rpc(method.getService().getFullName(), method.getName(), kind);
    }

    private static <Q extends Message> void requireInput(MethodDescriptor method, Parser<Q> parser) {
        try {
            var given = parser.parseFrom(new byte[0]).getDescriptorForType();
            if (!given.equals(method.getInputType())) {
                throw new IllegalArgumentException(method.getFullName() + " does not take " + given.getFullName());
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a parser", e);
        }
    }
}
