/** A raw gRPC client for etcd's API, thin enough to send what no polite client would. */
@NullMarked
package io.actd.e2e.client;

import org.jspecify.annotations.NullMarked;
