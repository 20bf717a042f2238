/** The contracts all rooms share: generated messages below this package, refusals and outcomes here. */
@NullMarked
package io.actd.protocol;

import org.jspecify.annotations.NullMarked;
