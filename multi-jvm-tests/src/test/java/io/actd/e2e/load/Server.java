package io.actd.e2e.load;

import io.actd.e2e.client.EtcdClient;

/** A member as its clients see it. */
public interface Server {
    /** A new connection whose calls fail within a few seconds, for a thread of its own. */
    EtcdClient connect();

    /** Whose memory a client may rely on: changes when the member has lost its data on purpose. */
    String identity();
}
