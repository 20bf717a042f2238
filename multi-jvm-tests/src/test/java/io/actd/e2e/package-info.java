/** The product as its users meet it: real processes, real clients, real faults. */
@NullMarked
package io.actd.e2e;

import org.jspecify.annotations.NullMarked;
