/** The Raft roles as behaviours of one actor, and the carrying out of effects. */
@NullMarked
package io.actd.role;

import org.jspecify.annotations.NullMarked;
