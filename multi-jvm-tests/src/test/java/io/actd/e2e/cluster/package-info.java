/**
 * A cluster of real processes and what can be done to it, in the words of the fault stories.
 *
 * <pre>
 *   member m1 ── dials ──▶ PeerProxy of m2 ── Link m1→m2, Link m2→m1 ──▶ m2, where it really listens
 * </pre>
 *
 * Each member advertises the port of a proxy of its own, so that every byte between two members passes one of ours. Who
 * dials is found out from the system's socket table, which makes cuts per direction and per pair possible although
 * members have one advertised address each.
 */
@NullMarked
package io.actd.e2e.cluster;

import org.jspecify.annotations.NullMarked;
