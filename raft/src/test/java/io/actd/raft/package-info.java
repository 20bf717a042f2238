/** The rules of Raft, tested: sentence by sentence, as golden scenarios, and under seeded chaos. */
@NullMarked
package io.actd.raft;

import org.jspecify.annotations.NullMarked;
