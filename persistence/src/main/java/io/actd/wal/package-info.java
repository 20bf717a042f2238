/** The write-ahead log: segments in the on-disk format of etcd, and the Pekko Persistence journal over them. */
@NullMarked
package io.actd.wal;

import org.jspecify.annotations.NullMarked;
