package io.actd.applier;

import io.actd.apply.StateMachine;

/**
 * A store received from the leader, opened and loaded, about to become the member's.
 *
 * @param name of its directory
 */
public record ReceivedStore(String name, StateMachine.Loaded state) {}
