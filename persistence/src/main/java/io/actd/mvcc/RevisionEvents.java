package io.actd.mvcc;

import io.actd.protocol.mvcc.Event;
import java.util.List;

/**
 * What one revision changed.
 *
 * @param revision main revision
 * @param events in order of sub revision, without {@code prev_kv}
 */
public record RevisionEvents(long revision, List<Event> events) {}
