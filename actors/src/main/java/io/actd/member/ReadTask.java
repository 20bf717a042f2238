package io.actd.member;

import io.actd.protocol.Refusal;

/** A read that waits for its index. Exactly one of the two is called, once; neither may throw. */
public interface ReadTask {
    /** The applied state is fresh enough: read it. Runs on a dispatcher thread and may take as long as the read. */
    void run();

    /** The read can not be served; must not block. */
    void refused(Refusal refusal);
}
