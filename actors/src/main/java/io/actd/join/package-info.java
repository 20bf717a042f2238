/**
 * How a member learns of a cluster it is not part of yet, or no longer: a question by address, answered from applied
 * state. Everything else between members goes through {@code io.actd.peer}, which knows ids only.
 *
 * <pre>
 *   ClusterEnquiry ── ClusterQuestion ──▶ ClusterDirectory (one on each member)
 *                  ◀── ClusterAnswer ───
 * </pre>
 *
 * Called by {@code node} when a process starts.
 */
@NullMarked
package io.actd.join;

import org.jspecify.annotations.NullMarked;
