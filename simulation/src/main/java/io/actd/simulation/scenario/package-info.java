/**
 * The bugs of etcd's own history as simulations: each leads whole members to where the bug was, again and again, and says
 * whether it got there. By the names of the track record ({@code ./simulate --scenario D1}).
 */
@NullMarked
package io.actd.simulation.scenario;

import org.jspecify.annotations.NullMarked;
