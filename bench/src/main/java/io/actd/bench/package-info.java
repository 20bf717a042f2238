/** Benchmarks of a member side by side with etcd, in one run on one machine. */
@NullMarked
package io.actd.bench;

import org.jspecify.annotations.NullMarked;
