/**
 * Numbers for Prometheus under etcd's names (spec operations.md §8). The instruments are our own: the Prometheus client
 * library rejects a gauge whose name ends in {@code _total}, and etcd has several.
 */
@NullMarked
package io.actd.node.metrics;

import org.jspecify.annotations.NullMarked;
