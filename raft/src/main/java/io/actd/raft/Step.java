package io.actd.raft;

import java.util.List;

/**
 * What one event led to, in this order: the change of role; answers to the owner; at most one {@code Persist}; messages
 * and requests for a store; at most one {@code Commit}; reads that may run.
 *
 * @param effects to carry out in this order
 */
public record Step(List<Effect> effects) {
    public static final Step NOTHING = new Step(List.of());
}
