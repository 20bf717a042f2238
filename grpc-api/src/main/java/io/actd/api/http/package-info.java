/** The plain HTTP side of the client port: health, probes, version, metrics (spec operations.md §7). */
@NullMarked
package io.actd.api.http;

import org.jspecify.annotations.NullMarked;
