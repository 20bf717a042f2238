/**
 * The etcd API on the wire. One port speaks gRPC (h2c by prior knowledge or upgrade) and plain HTTP/1.1 (spec wire.md §9):
 *
 * <pre>
 *   socket → FrontDoor ─┬─ application/grpc → rpc.MethodTable ─┬─ unary  → service.*  → MemberApi
 *                       │                                      └─ stream → stream.*   → WatchHub, Lessor
 *                       └─ anything else    → http.HttpPages
 * </pre>
 *
 * {@link io.actd.api.ApiServer} is the door; only {@code node} opens it.
 */
@NullMarked
package io.actd.api;

import org.jspecify.annotations.NullMarked;
