package io.actd.raft;

import java.util.List;

/**
 * What one event led to.
 *
 * @param effects to carry out in this order
 */
public record Step(List<Effect> effects) {
    public static final Step NOTHING = new Step(List.of());
}
