/** The training run at package time, from which members get their AOT cache; no part of a running member. */
@NullMarked
package io.actd.node.rehearsal;

import org.jspecify.annotations.NullMarked;
