package io.actd.api;

import com.typesafe.config.Config;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.settings.ServerSettings;

/** Settings of the client port: {@code actd.api.server} over pekko-http's defaults, then {@link ApiConfig}. */
final class HttpSettings {
    private HttpSettings() {}

    static ServerSettings of(ActorSystem<?> system, ApiConfig config) {
        Config all = system.settings().config();
        // Own name space first: which of two reference.conf wins for one key is a matter of the class path.
        Config merged = all.getConfig("actd.api.server")
                .atPath("pekko.http.server")
                .withFallback(all)
                .resolve();
        var settings = ServerSettings.create(merged);
        var http2 = settings.getHttp2Settings()
                .withMaxConcurrentStreams(config.maxConcurrentStreams())
                .withPingInterval(config.pingInterval())
                .withPingTimeout(config.pingTimeout());
        return settings.withHttp2Settings(http2);
    }
}
