package io.actd.e2e.server;

import io.actd.e2e.Await;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.Rpc;
import io.actd.protocol.api.StatusRequest;
import io.actd.protocol.api.StatusResponse;
import io.etcd.jetcd.api.PutResponse;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Members of one cluster, each a process of its own; {@link Servers} ends them. */
public final class Members {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int TRIES = 3;

    private final List<ServerProcess> members;

    private Members(List<ServerProcess> members) {
        this.members = members;
    }

    /** Founds a cluster of members {@code m1}, {@code m2}… and returns once all serve clients. */
    public static Members start(Servers servers, int size, String... flags) {
        Members cluster = launch(servers, size, flags);
        cluster.members.forEach(ServerProcess::awaitReady);
        return cluster;
    }

    /** The same without waiting. */
    public static Members launch(Servers servers, int size, String... flags) {
        List<ServerConfig> configs = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            configs.add(servers.configure(Target.underTest()));
        }
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            urls.add("m" + (i + 1) + "=" + configs.get(i).peerUrl());
        }
        List<ServerProcess> members = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            members.add(servers.launch(configs.get(i).in(String.join(",", urls), "m" + (i + 1), flags)));
        }
        return new Members(members);
    }

    /** All members, in the order of their names. */
    public List<ServerProcess> members() {
        return members;
    }

    /** A member by its place, from 0. */
    public ServerProcess member(int place) {
        return members.get(place);
    }

    /** Members whose process runs. */
    public List<ServerProcess> running() {
        return members.stream().filter(ServerProcess::isAlive).toList();
    }

    /** Endpoints of all members, separated by commas. */
    public String endpoints() {
        return members.stream().map(ServerProcess::endpoint).collect(Collectors.joining(","));
    }

    /** The member that leads, as soon as a member that runs says so of itself. */
    public ServerProcess leader() {
        return Await.value("a leader", TIMEOUT, () -> running().stream()
                .filter(member -> status(member)
                        .filter(s -> s.getLeader() == s.getHeader().getMemberId())
                        .isPresent())
                .findFirst());
    }

    /** Some running member that does not lead. */
    public ServerProcess follower() {
        ServerProcess leader = leader();
        return running().stream().filter(member -> member != leader).findFirst().orElseThrow();
    }

    /** What a member says of itself, if it answers. */
    public static Optional<StatusResponse> status(ServerProcess member) {
        try (EtcdClient client = EtcdClient.connect(member.endpoint())) {
            return Optional.of(client.call(Rpc.STATUS, StatusRequest.getDefaultInstance()));
        } catch (StatusRuntimeException e) {
            return Optional.empty();
        }
    }

    /** What a member says of itself, once it answers. */
    public static StatusResponse awaitStatus(ServerProcess member) {
        return Await.value("status of " + member.config().name(), TIMEOUT, () -> status(member));
    }

    /** Id of a member that runs, as it says itself. */
    public static long id(ServerProcess member) {
        return awaitStatus(member).getHeader().getMemberId();
    }

    /** Puts a pair, again while there is nobody to lead: it may be done more than once. */
    public static PutResponse put(ServerProcess at, String key, String value) {
        try (EtcdClient client = EtcdClient.connect(at.endpoint())) {
            return Await.answer(key + " is put", TIMEOUT, () -> client.put(key, value));
        }
    }

    /** Reads a key there, linearizable, as soon as there is a leader. */
    public static String get(ServerProcess at, String key) {
        try (EtcdClient client = EtcdClient.connect(at.endpoint())) {
            return Await.answer(key + " is read", TIMEOUT, () -> client.get(key))
                    .getKvs(0)
                    .getValue()
                    .toStringUtf8();
        }
    }

    /** How many puts a member has applied, where nothing else was asked for: one a revision. */
    public static long puts(ServerProcess member) {
        return awaitStatus(member).getHeader().getRevision() - 1;
    }

    /** The newest term of those that run: another one later says that there was an election. */
    private long term() {
        return running().stream()
                .mapToLong(member -> awaitStatus(member).getRaftTerm())
                .max()
                .orElseThrow();
    }

    /** Takes these steps; what fails is tried again if there was an election meanwhile, but not for ever. */
    public void inOneTerm(Runnable steps) {
        for (int i = 1; ; i++) {
            long before = term();
            try {
                steps.run();
                return;
            } catch (AssertionError | StatusRuntimeException failure) {
                if (i == TRIES || term() == before) {
                    throw failure;
                }
            }
        }
    }

    /** Waits until all running members have applied the same entries and their hashes of the history are equal. */
    public void awaitEqualHashes() {
        awaitEqualHashes(running());
    }

    /** The same for members started one by one. */
    public static void awaitEqualHashes(List<ServerProcess> members) {
        Await.until("equal hashes", TIMEOUT, () -> {
            try {
                return members.stream()
                                .map(member -> {
                                    try (EtcdClient client = EtcdClient.connect(member.endpoint())) {
                                        var hash = client.hashKv(0);
                                        return hash.getHeader().getRevision() + " " + hash.getHash();
                                    }
                                })
                                .distinct()
                                .count()
                        == 1;
            } catch (StatusRuntimeException e) {
                return false;
            }
        });
    }
}
