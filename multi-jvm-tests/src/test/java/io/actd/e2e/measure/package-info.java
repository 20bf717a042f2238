/** Programs that measure a cluster of real processes and print what they find; nothing here is judged. */
@NullMarked
package io.actd.e2e.measure;

import org.jspecify.annotations.NullMarked;
