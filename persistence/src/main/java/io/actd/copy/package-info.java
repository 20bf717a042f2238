/**
 * A consistent copy of the store on its way from one member to another, and the directories stores live in (§7).
 *
 * <pre>
 *   copy    = header row* trailer      one stream of bytes, cut into slices without regard to rows
 *   slice   = bytes crc:u32            CRC-32C of all bytes of the copy up to here: it also tells a slice left out
 *   header  = "actdcopy" version:u8 clusterId:u64 index:u64 term:u64 ids(voters) ids(learners)
 *   ids     = count:u32 id:u64*
 *   row     = bucket:u8 keyBytes:u32 valueBytes:u32 key value      buckets and keys ascending
 *   trailer = 0:u8 rows:u64
 * </pre>
 *
 * Numbers are big endian. The checksum of the last slice is that of the whole. The leader reads a copy from a
 * {@link io.actd.copy.StoreCopy}, the receiver makes a store of it with a {@link io.actd.copy.StoreBuilder}; both hold a
 * few slices in memory, however large the store is.
 */
@NullMarked
package io.actd.copy;

import org.jspecify.annotations.NullMarked;
