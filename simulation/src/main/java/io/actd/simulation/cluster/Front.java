package io.actd.simulation.cluster;

import io.actd.simulation.cluster.SimulatedNetwork.Link;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** A weather on some links, from when it begins until it is over, and what it has done to their messages. */
public final class Front {
    private final NetworkWeather weather;
    private final Predicate<Link> where;
    private final SplittableRandom random;
    private long hits;

    Front(NetworkWeather weather, Predicate<Link> where, SplittableRandom random) {
        this.weather = weather;
        this.where = where;
        this.random = random;
    }

    /** Messages that this one lost, repeated or delayed. */
    public long hits() {
        return hits;
    }

    boolean liesOn(Link link) {
        return where.test(link);
    }

    boolean loses() {
        return hit(weather.lostOf1000());
    }

    boolean repeats() {
        return hit(weather.twiceOf1000());
    }

    private boolean hit(int of1000) {
        boolean drawn = random.nextInt(1000) < of1000;
        if (drawn) hits++;
        return drawn;
    }

    boolean letsOvertake() {
        return random.nextInt(1000) < weather.overtakingOf1000();
    }

    long delayNanos() {
        if (weather.slowNanos() == 0) return 0;
        hits++;
        return random.nextLong(weather.slowNanos());
    }
}
