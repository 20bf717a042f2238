package io.actd.api.http;

import com.google.protobuf.ByteString;
import io.actd.member.MemberApi;
import io.actd.member.ReadTask;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.RangeRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The small reads health checks make: one key that need not exist. Each gives an error text, or "" if it went well. */
final class Reads {
    private static final RangeRequest ONE_KEY = RangeRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("health"))
            .setKeysOnly(true)
            .setLimit(1)
            .build();

    private final MemberApi member;

    Reads(MemberApi member) {
        this.member = member;
    }

    CompletionStage<String> serializable() {
        return CompletableFuture.completedFuture(read());
    }

    CompletionStage<String> linearizable() {
        var error = new CompletableFuture<String>();
        member.linearizableRead(new ReadTask() {
            @Override
            public void run() {
                error.complete(read());
            }

            @Override
            public void refused(Refusal refusal) {
                error.complete(refusal.text());
            }
        });
        return error;
    }

    private String read() {
        try {
            return switch (member.state().range(ONE_KEY)) {
                case Outcome.Ok ok -> "";
                case Outcome.Refused refused -> refused.refusal().text();
            };
        } catch (RuntimeException e) {
            return e.toString();
        }
    }
}
