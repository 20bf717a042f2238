package io.actd.node.run;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells systemd that the member is ready, if it was asked for (spec OP-31, OP-121). */
final class Systemd {
    private static final Logger log = LoggerFactory.getLogger(Systemd.class);

    private Systemd() {}

    /** Java has no datagram sockets of the unix kind, so systemd's own tool speaks for us. */
    static void notifyReady() {
        if (System.getenv("NOTIFY_SOCKET") == null) return;
        log.info("notifying init daemon");
        var pid = ProcessHandle.current().pid();
        try {
            var status = new ProcessBuilder("systemd-notify", "--ready", "--pid=" + pid)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (status == 0) {
                log.info("successfully notified init daemon");
            } else {
                log.atWarn().addKeyValue("status", status).log("failed to notify init daemon");
            }
        } catch (IOException e) {
            log.atWarn().addKeyValue("error", e).log("failed to notify init daemon");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
