package io.actd.wal;

/** Who this log belongs to (spec FM-11). Ids are unsigned. */
public record WalMetadata(long memberId, long clusterId) {}
