/** Starts, stops, kills and reads the log of one server process: the product, or Debian's etcd to check the tests. */
@NullMarked
package io.actd.e2e.server;

import org.jspecify.annotations.NullMarked;
