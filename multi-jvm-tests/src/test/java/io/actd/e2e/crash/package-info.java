/** Load that goes on while the server is killed, recorded for the checker. */
@NullMarked
package io.actd.e2e.crash;

import org.jspecify.annotations.NullMarked;
