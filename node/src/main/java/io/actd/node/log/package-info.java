/** The log as etcd's operators know it: one JSON object a line on stderr (spec operations.md §9), written by logback. */
@NullMarked
package io.actd.node.log;

import org.jspecify.annotations.NullMarked;
