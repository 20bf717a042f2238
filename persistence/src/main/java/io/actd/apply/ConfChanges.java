package io.actd.apply;

import io.actd.protocol.api.Member;
import io.actd.protocol.wal.ConfChange;

/** Builds and reads conf change entries with their JSON contexts (spec FM-19, FM-20). */
public final class ConfChanges {
    private ConfChanges() {}

    /** The bootstrap entry of one initial member. */
    public static byte[] bootstrap(Member member) {
        throw new UnsupportedOperationException();
    }

    public static ConfChange parse(byte[] data) {
        throw new UnsupportedOperationException();
    }
}
