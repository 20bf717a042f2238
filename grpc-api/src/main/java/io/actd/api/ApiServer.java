package io.actd.api;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.actd.api.http.HttpPages;
import io.actd.api.rpc.MethodTable;
import io.actd.api.rpc.RpcFailure;
import io.actd.api.service.AuthService;
import io.actd.api.service.ClusterService;
import io.actd.api.service.HealthService;
import io.actd.api.service.KvService;
import io.actd.api.service.LeaseService;
import io.actd.api.service.MaintenanceService;
import io.actd.api.service.MemberAdmission;
import io.actd.api.stream.Reflection;
import io.actd.api.stream.StreamContext;
import io.actd.api.stream.Streams;
import io.actd.member.MemberApi;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.Rpc;
import io.actd.protocol.election.Elections;
import io.actd.protocol.health.HealthOuterClass;
import io.actd.protocol.lock.Locks;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.SystemMaterializer;

/** A bound client port. Serves from {@link Prepared#bind} until {@link #stop}. */
public final class ApiServer {
    private final ServerBinding binding;
    private final SharedKillSwitch streams;

    private ApiServer(ServerBinding binding, SharedKillSwitch streams) {
        this.binding = binding;
        this.streams = streams;
    }

    /** Everything clients can ask of a member, made ready before there is a port. */
    public static final class Prepared {
        private final Http http;
        private final ServerSettings settings;
        private final SharedKillSwitch streams;
        private final FrontDoor door;

        private Prepared(ActorSystem<?> system, MemberApi member, ApiConfig config, ApiMetrics metrics) {
            this.http = Http.get(system);
            this.settings = HttpSettings.of(system, config);
            this.streams = KillSwitches.shared("api-streams");
            var materializer = SystemMaterializer.get(system).materializer();
            var pages = new HttpPages(member, config, metrics, materializer);
            var methods = methods(system, member, config, metrics, materializer, streams);
            this.door = new FrontDoor(methods, pages::handle, materializer);
        }

        /**
         * Binds and serves. The member must have found its place in the cluster before (spec MD-7).
         *
         * @param port 0 for any free one
         */
        public CompletionStage<ApiServer> bind(String networkInterface, int port) {
            return http.newServerAt(networkInterface, port)
                    .withSettings(settings)
                    .bind(door)
                    .thenApply(binding -> new ApiServer(binding, streams));
        }
    }

    /** Takes a good part of a second in a young process: best done while the member finds its place. */
    public static Prepared prepare(ActorSystem<?> system, MemberApi member, ApiConfig config, ApiMetrics metrics) {
        return new Prepared(system, member, config, metrics);
    }

    /** Where it listens; what the system chose if port 0 was asked for. */
    public int port() {
        return binding.localAddress().getPort();
    }

    private static MethodTable methods(
            ActorSystem<?> system,
            MemberApi member,
            ApiConfig config,
            ApiMetrics metrics,
            Materializer materializer,
            SharedKillSwitch streams) {
        var admission = new MemberAdmission(member);
        var table = new MethodTable(services(), admission, metrics, config.maxReceiveBytes(), materializer);
        var dispatcher = system.dispatchers().lookup(DispatcherSelector.defaultDispatcher());
        new KvService(member, config, metrics, dispatcher).into(table);
        new LeaseService(member, config.maxRequestBytes()).into(table);
        new ClusterService(member, InstantSource.system()).into(table);
        new MaintenanceService(member, config, metrics).into(table);
        new AuthService(member).into(table);
        new HealthService().into(table);
        var context = new StreamContext(
                system,
                materializer,
                member,
                admission,
                metrics,
                streams,
                config.maxReceiveBytes(),
                config.maxRequestBytes(),
                config.electionTimeout());
        new Streams(context).into(table);
        if (config.reflection()) Reflection.into(table, system);
        return table;
    }

    private static List<ServiceDescriptor> services() {
        var services = new ArrayList<>(Rpc.getDescriptor().getServices());
        services.addAll(Locks.getDescriptor().getServices());
        services.addAll(Elections.getDescriptor().getServices());
        services.addAll(HealthOuterClass.getDescriptor().getServices());
        return services;
    }

    public InetSocketAddress address() {
        return binding.localAddress();
    }

    /**
     * Ends open streams with {@code etcdserver: server stopped} (spec W-33), takes no new connection, lets running
     * unary calls finish within {@code grace}, then cuts what is left.
     */
    public CompletionStage<Done> stop(Duration grace) {
        streams.abort(new RpcFailure(Refusal.STOPPED));
        return binding.terminate(grace).thenApply(terminated -> Done.getInstance());
    }
}
