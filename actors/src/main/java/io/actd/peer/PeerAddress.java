package io.actd.peer;

import java.util.List;

/**
 * Where a member can be reached.
 *
 * @param memberId not 0
 * @param peerUrls its advertised peer URLs, at least one
 */
public record PeerAddress(long memberId, List<String> peerUrls) {
    public PeerAddress {
        peerUrls = List.copyOf(peerUrls);
        if (memberId == 0 || peerUrls.isEmpty()) {
            throw new IllegalArgumentException("no peer address: " + Long.toHexString(memberId) + " " + peerUrls);
        }
    }
}
