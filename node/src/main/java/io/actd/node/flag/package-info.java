/**
 * Where settings come from: command line, environment, configuration file (spec operations.md §1, §2). The flags
 * themselves are data, in {@code flags.table}; whatever the source, the outcome is one {@link Settings}.
 */
@NullMarked
package io.actd.node.flag;

import org.jspecify.annotations.NullMarked;
