/** gRPC as bytes and headers: frames, statuses, the table of methods. Knows nothing of what the methods do. */
@NullMarked
package io.actd.api.rpc;

import org.jspecify.annotations.NullMarked;
