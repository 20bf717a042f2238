package io.actd.node.config;

import io.actd.member.MemberConfig.AutoCompaction;
import io.actd.node.flag.BadValueException;
import io.actd.node.flag.ConfigException;
import io.actd.node.flag.GoDuration;
import io.actd.node.flag.Settings;
import java.time.Duration;

/** The two auto-compaction flags (spec OP-93, V10, V11). */
final class Retention {
    private Retention() {}

    static void check(Settings settings) throws ConfigException {
        var mode = settings.text("auto-compaction-mode");
        if (mode.isEmpty()) throw new ConfigException("undefined auto-compaction-mode");
        if (!mode.equals("periodic") && !mode.equals("revision")) {
            throw new ConfigException("unknown auto-compaction-mode \"" + mode + "\"");
        }
        try {
            read(mode, settings.text("auto-compaction-retention"));
        } catch (BadValueException e) {
            throw new ConfigException("error parsing CompactionRetention: " + e.getMessage());
        }
    }

    static AutoCompaction of(Settings settings) {
        try {
            return read(settings.text("auto-compaction-mode"), settings.text("auto-compaction-retention"));
        } catch (BadValueException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A plain number is hours or revisions; anything else a duration, which a revision mode takes in nanoseconds. */
    private static AutoCompaction read(String mode, String text) throws BadValueException {
        var plain = text.matches("\\d{1,18}");
        var revisions = mode.equals("revision");
        var hours = plain ? Long.parseLong(text) : 0;
        if (plain && !revisions && hours > Duration.ofNanos(Long.MAX_VALUE).toHours()) {
            throw new BadValueException("time: invalid duration \"" + text + "h\"");
        }
        var retention = plain ? Duration.ofHours(revisions ? 0 : hours) : GoDuration.parse(text);
        var count = plain ? Long.parseLong(text) : retention.toNanos();
        if (count <= 0) return AutoCompaction.Off.INSTANCE;
        return revisions ? new AutoCompaction.Revisions(count) : new AutoCompaction.Periodic(retention);
    }
}
