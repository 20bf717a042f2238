package io.actd.node.run;

import io.actd.node.log.Levels;
import io.actd.peer.ArteryNetwork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Why a process ends by itself. The log of a member is made for that: the next process goes on from it. */
enum Exit {
    /** The cluster removed this member: nothing to start again (spec OP-58). */
    REMOVED(0),
    /** A part without which the member can not go on has failed: its supervisor is to start it again. */
    FAILED(1),
    /** Another member's actor system refuses this one until it is a new process: its supervisor is to start that. */
    QUARANTINED(ArteryNetwork.QUARANTINED_EXIT_STATUS);

    private static final Logger log = LoggerFactory.getLogger(Exit.class);

    private final int status;

    Exit(int status) {
        this.status = status;
    }

    /** Says why and ends the process at once; files are not closed, as if it had crashed. */
    void now() {
        switch (this) {
            case REMOVED -> {} // whoever found out has said so
            case FAILED -> log.atError().addMarker(Levels.FATAL).log("the member stopped; ending the process");
            case QUARANTINED ->
                log.atError()
                        .addMarker(Levels.FATAL)
                        .addKeyValue("exit-status", status)
                        .log("quarantined by another member; ending the process, which is to be started again");
        }
        Runtime.getRuntime().halt(status);
    }
}
