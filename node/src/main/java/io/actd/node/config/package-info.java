/**
 * What a member is to be, out of raw settings: checked in the order and with the texts of etcd (spec operations.md §4),
 * then turned into records. The ids of a new cluster are computed here (spec OP-38).
 */
@NullMarked
package io.actd.node.config;

import org.jspecify.annotations.NullMarked;
