/** Rules about the code itself. */
@NullMarked
package io.actd.node.architecture;

import org.jspecify.annotations.NullMarked;
