package io.actd.member;

/** Why a member that was running does so no longer. */
public enum MemberEnd {
    /** It was asked to stop, or its actor system ended. */
    STOPPED,
    /** The cluster removed it, for ever; its data is of no use to it any more (spec OP-58). */
    REMOVED,
    /** A part without which it can not go on has failed. */
    FAILED
}
