/** The engine under the store: buckets of sorted rows on LevelDB, with a write buffer in front. */
@NullMarked
package io.actd.backend;

import org.jspecify.annotations.NullMarked;
