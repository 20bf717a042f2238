package io.actd.wal;

import io.actd.world.Disk.DiskFile;
import java.nio.file.Path;

/** An open segment. The handle stays valid when the file is renamed. */
record Segment(SegmentName name, Path path, DiskFile file) {}
