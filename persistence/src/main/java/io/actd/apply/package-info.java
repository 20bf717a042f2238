/** Applied state: executes committed commands against the store, leases, alarms and members. */
@NullMarked
package io.actd.apply;

import org.jspecify.annotations.NullMarked;
