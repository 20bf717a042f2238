package io.actd.member;

/** The cluster removed this member before it could serve anybody (spec OP-58). */
public final class MemberRemovedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MemberRemovedException() {
        super("the member has been permanently removed from the cluster");
    }
}
