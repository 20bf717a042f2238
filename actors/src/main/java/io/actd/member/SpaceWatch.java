package io.actd.member;

import io.actd.world.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Looks after the space on the disks of store and log: below the reserve it raises NOSPACE for this member, as for an
 * exceeded quota, and again whenever somebody disarms it too early. Reads, deletes, compactions and revocations go on in
 * what is left; writes are back after there is space again and the alarm was disarmed (spec MT-7).
 *
 * <p>Nobody sends to it. One proposal at a time. On failure, such as a file system that does not answer: restarted, ever
 * later, which forgets nothing of importance. Asking a file system may block, so it runs where that is allowed.
 */
final class SpaceWatch extends AbstractMatchingBehavior<SpaceWatch.Command> {
    sealed interface Command {}

    private enum Look implements Command {
        INSTANCE
    }

    /** The proposal was answered, however that may be: if there is no alarm by now the next look tries again. */
    private enum Answered implements Command {
        INSTANCE
    }

    /** What a fast disk writes meanwhile is a fraction of the default reserve. */
    private static final Duration INTERVAL = Duration.ofMillis(200);

    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);

    private final MemberApi member;
    private final Disk disk;
    private final List<Path> directories;
    private final long reserveBytes;
    private boolean isShort;
    private boolean raising;

    private SpaceWatch(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            MemberApi member,
            MemberConfig config,
            Disk disk) {
        super(context);
        context.setLoggerName(SpaceWatch.class); // a timer would give it one of its own
        this.member = member;
        this.disk = disk;
        this.directories = List.of(config.dataDir(), config.walDir());
        this.reserveBytes = config.diskReserveBytes();
        timers.startTimerWithFixedDelay(Look.INSTANCE, INTERVAL);
    }

    static Behavior<Command> create(MemberApi member, MemberConfig config, Disk disk) {
        return Behaviors.supervise(Behaviors.<Command>setup(context ->
                        Behaviors.withTimers(timers -> new SpaceWatch(context, timers, member, config, disk))))
                .onFailure(Exception.class, SupervisorStrategy.restartWithBackoff(INTERVAL, LONGEST_BACKOFF, 0));
    }

    @Override
    public Behavior<Command> onMessage(Command command) {
        switch (command) {
            case Look look -> onLook();
            case Answered answered -> raising = false;
        }
        return this;
    }

    private void onLook() {
        boolean wasShort = isShort;
        isShort = false;
        for (var directory : directories) {
            long usable = usableBytes(directory);
            if (usable >= reserveBytes) continue;
            isShort = true;
            if (!wasShort) logShort(directory, usable);
        }
        if (wasShort && !isShort) {
            getContext().getLog().info("there is space again; writes are back once the NOSPACE alarm is disarmed");
        }
        if (isShort && !raising && member.status().hasLeader() && !SpaceAlarm.isRaised(member)) raise();
    }

    private long usableBytes(Path directory) {
        try {
            return disk.usableBytes(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell how much space is left in " + directory, e);
        }
    }

    private void logShort(Path directory, long usable) {
        getContext()
                .getLog()
                .atWarn()
                .addKeyValue("path", directory)
                .addKeyValue("usable-bytes", usable)
                .addKeyValue("reserve-bytes", reserveBytes)
                .log("the disk is nearly full; raising alarm");
    }

    private void raise() {
        raising = true;
        var self = getContext().getSelf();
        member.propose(SpaceAlarm.of(member), outcome -> self.tell(Answered.INSTANCE));
    }
}
