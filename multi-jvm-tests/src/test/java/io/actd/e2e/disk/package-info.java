/**
 * A file system that forgets what was not synced, for members that lose power: their bytes go to a process of ours, which
 * keeps them in memory and knows which of them would be on a disk.
 *
 * <pre>
 *   member ── write, mmap, fsync ──▶ kernel ── /dev/fuse ──▶ FuseSession ──▶ Volume: Content of files, Journal
 *   story  ── cut, lose, errors ── stdin ──▶ DiskMain ─────────────────────────┘
 * </pre>
 *
 * It speaks the kernel's own FUSE protocol, so that it needs no library, only root and a kernel that has FUSE. What it
 * promises a member is what a journaling file system does. Bytes are safe once their file was synced. A change of a name, or
 * a file's being cut off, is safe once the directory or the file was synced, or a later such change is safe: of these only
 * the last ones may be lost. It forgets more than most: any block that was not synced may be lost, of each such file at
 * least one is; and the sync of one file says nothing of what was done to others after this one was made (ext4 takes all of
 * it along, XFS need not). Permissions, times and links are not its business.
 */
@NullMarked
package io.actd.e2e.disk;

import org.jspecify.annotations.NullMarked;
