/**
 * Clients of a cluster that go on while it is hurt, what they saw, and the verdict on it.
 *
 * <p>Every call is kept with its times and its outcome, known or not; nothing is retried behind the recording's back.
 */
@NullMarked
package io.actd.e2e.load;

import org.jspecify.annotations.NullMarked;
