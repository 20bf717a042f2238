package io.actd.member;

import io.actd.apply.MemberTable;
import io.actd.peer.PeerAddress;
import io.actd.peer.PeerTransport;
import io.actd.protocol.api.Member;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Tells the transport who takes part and where, as far as it is applied, and notices when this member does no longer. To
 * be run at the start and whenever the table of members has changed.
 */
final class Roster implements Runnable {
    private final long self;
    private final MemberTable members;
    private final List<Member> initialMembers;
    private final PeerTransport peers;
    private final Connections connections;
    private final Runnable onRemoved;

    Roster(MemberConfig config, MemberTable members, PeerTransport peers, Connections connections, Runnable onRemoved) {
        this.self = config.self().getID();
        this.members = members;
        this.initialMembers = config.initialMembers();
        this.peers = peers;
        this.connections = connections;
        this.onRemoved = onRemoved;
    }

    @Override
    public void run() {
        var applied = members.all();
        var known = applied.isEmpty() ? initialMembers : applied;
        var ids = new HashSet<Long>();
        var addresses = new ArrayList<PeerAddress>();
        for (var member : known) {
            ids.add(member.getID());
            // An update may have taken all its URLs (spec M-9): then nobody can reach it.
            if (member.getPeerURLsCount() > 0) {
                addresses.add(new PeerAddress(member.getID(), member.getPeerURLsList()));
            }
        }
        peers.members(addresses);
        connections.retain(ids);
        if (members.wasRemoved(self)) onRemoved.run();
    }

    /** Of somebody who is not among the members as applied: unless he was removed, he must have joined since. Any thread. */
    void introduce(PeerAddress sender) {
        long id = sender.memberId();
        if (members.find(id) == null && !members.wasRemoved(id)) peers.introduce(sender);
    }
}
