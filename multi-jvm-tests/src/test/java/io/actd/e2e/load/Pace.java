package io.actd.e2e.load;

import java.util.Locale;

/**
 * What became of many requests.
 *
 * @param answered how many were answered with what they asked for
 * @param refused how many were told that nothing was done for them; of the rest nothing is known
 * @param nanos from the first request to the end of the last
 */
public record Pace(int answered, int refused, int sent, long nanos) {
    /** Answered requests a second, as a part of another pace. */
    public double of(Pace other) {
        return perSecond() / other.perSecond();
    }

    /** Whichever had more answers a second. */
    public Pace faster(Pace other) {
        return other.of(this) > 1 ? other : this;
    }

    /** Answers a second. */
    public double perSecond() {
        return answered * 1e9 / nanos;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%d of %d answered, %d refused, %.0f/s", answered, sent, refused, perSecond());
    }
}
