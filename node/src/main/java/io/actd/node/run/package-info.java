/** Starting and stopping: ports, data directory, actor system, member, servers; signals on the way out (spec OP-30, OP-62). */
@NullMarked
package io.actd.node.run;

import org.jspecify.annotations.NullMarked;
