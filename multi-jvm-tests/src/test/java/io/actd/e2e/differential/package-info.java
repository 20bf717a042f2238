/** Plays the same random requests to etcd and to the product and compares every answer. */
@NullMarked
package io.actd.e2e.differential;

import org.jspecify.annotations.NullMarked;
