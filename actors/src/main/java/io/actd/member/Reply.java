package io.actd.member;

import io.actd.protocol.Outcome;

/** Takes the one answer to a request. Called once, on any thread; must not block nor throw. */
@FunctionalInterface
public interface Reply {
    void done(Outcome outcome);
}
