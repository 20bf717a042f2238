/** The lessor: the clock of leases. */
@NullMarked
package io.actd.lease;

import org.jspecify.annotations.NullMarked;
