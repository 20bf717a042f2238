package io.actd.node.rehearsal;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.Compare;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.TxnRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * A day in a member's life, at package time: the JVM of that member writes down which classes it needed, which methods were
 * hot and with what types (JEP 515), so that members started from that cache are quick from their first requests on. It
 * serves alone, then beside a second member, as leader and as follower, and loses a leader.
 *
 * <p>Arguments: the launcher, a directory for data and logs, and the JVM option that makes the cache. Exit status 1 if
 * the play was cut short; the cache is written all the same if the member ended in good order.
 */
public final class Rehearsal {
    private static final int MANY = 40_000;
    private static final int IN_FLIGHT = 32;
    private static final int SOME = 4_000;
    private static final int KEYS = 5_000;
    private static final ByteString VALUE = ByteString.copyFrom(new byte[256]);

    private Rehearsal() {}

    /** See above. */
    public static void main(String[] args) throws IOException, InterruptedException {
        var deadline = new Deadline();
        var work = Path.of(args[1]);
        try (var trained = new Player("m1", args[0], work, args[2], deadline);
                var partner = new Player("m2", args[0], work, "", deadline)) {
            play(trained, partner);
        } catch (IllegalStateException | UncheckedIOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static void play(Player trained, Player partner) throws IOException, InterruptedException {
        trained.start(trained.inCluster(), "new");
        try (var clients = trained.connect();
                var others = partner.connect()) {
            clients.watch("rehearsal/", "rehearsal0");
            long trainedId = clients.ask(Requests.PUT, Rehearsal::put, MANY, IN_FLIGHT)
                    .getHeader()
                    .getMemberId();
            clients.ask(Requests.RANGE, Rehearsal::range, MANY, IN_FLIGHT);
            clients.ask(Requests.TXN, Rehearsal::txn, SOME, IN_FLIGHT);
            askSome(clients);

            long partnerId = clients.addMember(partner.peerUrl());
            partner.start(trained.inCluster() + "," + partner.inCluster(), "existing");
            askSome(clients);
            clients.moveLeader(partnerId);
            askSome(clients);
            others.moveLeader(trainedId);
            clients.moveLeader(partnerId);
            partner.kill();
            partner.start(trained.inCluster() + "," + partner.inCluster(), "existing");
            askSome(clients);
        }
    }

    private static void askSome(Requests clients) throws InterruptedException {
        clients.ask(Requests.PUT, Rehearsal::put, SOME, IN_FLIGHT);
        clients.ask(Requests.RANGE, Rehearsal::range, SOME, IN_FLIGHT);
        clients.ask(Requests.PUT, Rehearsal::put, SOME / 4, 1);
        clients.ask(Requests.RANGE, Rehearsal::range, SOME / 4, 1);
    }

    private static PutRequest put(int number) {
        return PutRequest.newBuilder().setKey(key(number)).setValue(VALUE).build();
    }

    private static RangeRequest range(int number) {
        return RangeRequest.newBuilder().setKey(key(number)).build();
    }

    private static TxnRequest txn(int number) {
        return TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(key(number))
                        .setTarget(Compare.CompareTarget.VERSION)
                        .setResult(Compare.CompareResult.GREATER)
                        .setVersion(0))
                .addSuccess(RequestOp.newBuilder().setRequestPut(put(number)))
                .addSuccess(RequestOp.newBuilder().setRequestRange(range(number)))
                .addFailure(RequestOp.newBuilder().setRequestPut(put(number)))
                .build();
    }

    private static ByteString key(int number) {
        return ByteString.copyFromUtf8("rehearsal/" + number % KEYS);
    }
}
