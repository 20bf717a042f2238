package io.actd.peer;

/**
 * Who a member is to the others.
 *
 * @param clusterId messages of other clusters are refused
 * @param memberId messages to other members are refused
 */
public record PeerIdentity(long clusterId, long memberId) {}
