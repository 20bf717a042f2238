package io.actd.node.config;

import io.actd.node.flag.ConfigException;
import io.actd.node.flag.FeatureGate;
import io.actd.node.flag.Flag;
import io.actd.node.flag.GoDuration;
import io.actd.node.flag.Settings;
import io.actd.node.flag.Url;
import io.actd.peer.PeerMessage;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules V2 to V21 of spec operations.md §4; the first one broken is reported. V1 and V6 are checked where values
 * are read, V13, V17, V18 and V22 with the log's settings.
 */
public final class Validation {
    private static final Logger log = LoggerFactory.getLogger(Validation.class);
    private static final long MAX_ELECTION_MILLIS = 50_000;
    private static final long BIG_QUOTA_BYTES = 8L << 30;
    private static final long BIG_REQUEST_BYTES = 10L << 20;

    private final Settings settings;

    private Validation(Settings settings) {
        this.settings = settings;
    }

    public static void check(Settings settings) throws ConfigException {
        var rules = new Validation(settings);
        rules.advertisedWithListening();
        rules.bindable();
        rules.advertisable();
        rules.oneWayToBootstrap();
        rules.raftClocks();
        Retention.check(settings);
        rules.tlsVersions();
        rules.certificates();
        rules.separateHttp();
        rules.tracing();
        rules.hashCheckTime();
        rules.gates();
        rules.limits();
        rules.supported();
        rules.warn();
    }

    /** V3. */
    private void advertisedWithListening() throws ConfigException {
        if (settings.isSet("listen-client-urls") && !settings.isSet("advertise-client-urls")) {
            throw new ConfigException(
                    "--advertise-client-urls is required when --listen-client-urls is set explicitly");
        }
    }

    /** V2. */
    private void bindable() throws ConfigException {
        for (var flag : List.of(
                "listen-peer-urls",
                "listen-client-urls",
                "listen-client-http-urls",
                "listen-metrics-urls",
                "listen-management-urls")) {
            for (var url : settings.urls(flag)) {
                if (!url.unix() && !url.host().equals("localhost") && !Hosts.isAddress(url.host())) {
                    throw new ConfigException("expected IP in URL for binding (" + url + ")");
                }
            }
        }
    }

    /** V16. */
    private void advertisable() throws ConfigException {
        advertisable("initial-advertise-peer-urls", "must be \"host:port\"");
        advertisable(
                "advertise-client-urls",
                "must be in the format \"host:port\", \"unix:/path/to/socket\" or \"unixs:/path/to/socket\"");
    }

    private void advertisable(String flag, String form) throws ConfigException {
        for (var url : settings.urls(flag)) {
            if (url.host().isEmpty()) {
                throw new ConfigException("--" + flag + " \"" + settings.text(flag) + "\" " + form
                        + " (unexpected empty host (" + url + "))");
            }
        }
    }

    /** V4, V5. */
    private void oneWayToBootstrap() throws ConfigException {
        var ways = Stream.of("initial-cluster", "discovery-endpoints", "discovery-srv")
                .filter(flag -> settings.isSet(flag) && !settings.text(flag).isEmpty())
                .count();
        if (ways > 1) {
            throw new ConfigException("multiple discovery or bootstrap flags are set. "
                    + "Choose one of \"initial-cluster\", \"discovery-endpoints\" or \"discovery-srv\"");
        }
        if (settings.text("discovery-token").isEmpty()
                != settings.text("discovery-endpoints").isEmpty()) {
            throw new ConfigException("both --discovery-token and --discovery-endpoints must be set");
        }
    }

    /** V7, V8, V9. */
    private void raftClocks() throws ConfigException {
        for (var flag : List.of("heartbeat-interval", "election-timeout")) {
            if (settings.number(flag) == 0) throw new ConfigException("--" + flag + " must be >0 (set to 0ms)");
        }
        var heartbeat = settings.number("heartbeat-interval");
        var election = settings.number("election-timeout");
        if (election / 5 < heartbeat) {
            throw new ConfigException("--election-timeout[" + election
                    + "ms] should be at least as 5 times as --heartbeat-interval[" + heartbeat + "ms]");
        }
        if (election > MAX_ELECTION_MILLIS) {
            throw new ConfigException("--election-timeout[" + election + "ms] is too long, and should be set less than "
                    + MAX_ELECTION_MILLIS + "ms");
        }
    }

    /** V12 without cipher suites, which are refused as long as there is no TLS. */
    private void tlsVersions() throws ConfigException {
        var min = settings.text("tls-min-version");
        var max = settings.text("tls-max-version");
        for (var version : List.of(min, max)) {
            if (!version.isEmpty() && !version.equals("TLS1.2") && !version.equals("TLS1.3")) {
                throw new ConfigException(
                        "unexpected TLS version \"" + version + "\" (must be one of: TLS1.2, TLS1.3)");
            }
        }
        if (min.equals("TLS1.3") && max.equals("TLS1.2")) {
            throw new ConfigException("min version (TLS1.3) is greater than max version (TLS1.2)");
        }
        if (min.equals("TLS1.3") && !settings.list("cipher-suites").isEmpty()) {
            throw new ConfigException("cipher suites cannot be configured when only TLS1.3 is enabled");
        }
    }

    /** V14. */
    private void certificates() throws ConfigException {
        var complete = !settings.text("cert-file").isEmpty()
                && !settings.text("key-file").isEmpty();
        if (complete || settings.bool("auto-tls")) return;
        for (var flag : List.of("listen-client-urls", "listen-client-http-urls")) {
            for (var url : settings.urls(flag)) {
                if (url.secure()) {
                    throw new ConfigException("TLS key/cert (--cert-file, --key-file) must be provided for client url "
                            + url + " with HTTPS scheme");
                }
            }
        }
        for (var url : settings.urls("listen-metrics-urls")) {
            if (url.secure()) {
                throw new ConfigException("client TLS key/cert (--cert-file, --key-file) must be provided for metrics "
                        + "secure url " + url);
            }
        }
    }

    /** V15. */
    private void separateHttp() throws ConfigException {
        var grpc = settings.urls("listen-client-urls").stream().map(Url::text).toList();
        for (var url : settings.urls("listen-client-http-urls")) {
            if (grpc.contains(url.text())) {
                throw new ConfigException("cannot bind both --listen-client-urls and --listen-client-http-urls "
                        + "on the same url " + url);
            }
        }
    }

    /** V19. */
    private void tracing() throws ConfigException {
        var rate = settings.number("distributed-tracing-sampling-rate");
        if (settings.bool("enable-distributed-tracing") && (rate < 0 || rate > 1_000_000)) {
            throw new ConfigException("distributed tracing configurition is not valid: " + "(sampling rate " + rate
                    + " is not within 0 and 1000000)");
        }
    }

    /** V21. */
    private void hashCheckTime() throws ConfigException {
        var time = settings.duration("compact-hash-check-time");
        if (time.isZero() || time.isNegative()) {
            throw new ConfigException("--compact-hash-check-time must be >0 (set to " + GoDuration.format(time) + ")");
        }
    }

    /** Spec operations.md §3. */
    private void gates() throws ConfigException {
        var gates = settings.gates();
        var persist = gates.getOrDefault(FeatureGate.LeaseCheckpointPersist, false);
        var checkpoint = gates.getOrDefault(FeatureGate.LeaseCheckpoint, false);
        if (persist && !checkpoint) {
            throw new ConfigException(
                    "enabling feature gate LeaseCheckpointPersist requires enabling feature gate LeaseCheckpoint");
        }
        if (checkpoint && !persist) { // ours
            throw new ConfigException(
                    "feature gate LeaseCheckpoint without LeaseCheckpointPersist is not supported: what is replicated is stored");
        }
    }

    /** Ours: limits that would refuse everything, or let in what no peer can be sent. */
    private void limits() throws ConfigException {
        for (var flag : List.of("max-txn-ops", "max-request-bytes", "snapshot-count")) {
            if (settings.number(flag) == 0) throw new ConfigException("--" + flag + " must be >0 (set to 0)");
        }
        var request = settings.number("max-request-bytes");
        if (request > PeerMessage.MAX_COMMAND_BYTES) {
            throw new ConfigException("--max-request-bytes must be at most " + PeerMessage.MAX_COMMAND_BYTES
                    + " (set to " + request + ")");
        }
    }

    /** Ours: a setting that changes behaviour is honoured or refused, never dropped silently. */
    private void supported() throws ConfigException {
        for (var flag : settings.changed()) {
            if (flag.standing() == Flag.Standing.REFUSED) {
                throw new ConfigException("--" + flag.name() + " is not supported yet");
            }
        }
        for (var flag :
                List.of("listen-peer-urls", "listen-client-urls", "listen-metrics-urls", "listen-management-urls")) {
            for (var url : settings.urls(flag)) {
                if (url.secure()) throw new ConfigException("--" + flag + " " + url + ": TLS is not supported yet");
                if (url.unix())
                    throw new ConfigException("--" + flag + " " + url + ": unix sockets are not supported yet");
            }
        }
    }

    /** V20 and the thresholds of spec operations.md §2.1. */
    private void warn() {
        if (settings.text("name").equals("default")) {
            log.atWarn()
                    .addKeyValue("name", "default")
                    .log("the member has the default name, set --name to tell members apart");
        }
        var cost = settings.number("bcrypt-cost");
        if (cost < 4 || cost > 31) {
            log.atWarn()
                    .addKeyValue("bcrypt-cost", cost)
                    .addKeyValue("default", 10)
                    .log("Use default bcrypt cost because the invalid bcrypt cost");
        }
        var quota = settings.number("quota-backend-bytes");
        if (quota > BIG_QUOTA_BYTES) {
            log.atWarn()
                    .addKeyValue("quota-size-bytes", quota)
                    .addKeyValue("quota-maximum-size-bytes", BIG_QUOTA_BYTES)
                    .log("quota exceeds the maximum value");
        }
        var request = settings.number("max-request-bytes");
        if (request > BIG_REQUEST_BYTES) {
            log.atWarn()
                    .addKeyValue("max-request-bytes", request)
                    .addKeyValue("max-request-size", BIG_REQUEST_BYTES)
                    .log("exceeded recommended request limit");
        }
        for (var old : settings.oldNames()) {
            log.atWarn().addKeyValue("flag", "--" + old).log("this flag is deprecated, see --help");
        }
    }
}
