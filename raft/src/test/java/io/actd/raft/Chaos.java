package io.actd.raft;

import org.jspecify.annotations.Nullable;

/**
 * One seed of the hostile world; as a program, seeds until a promise is broken ({@code ./museum} runs it with rules that
 * have a bug in them).
 */
final class Chaos {
    private static final int STEPS = 6_000;

    private Chaos() {}

    /**
     * Returns how far the log was committed before all healed.
     *
     * @throws RuntimeException or an Error if a promise is broken
     */
    static long run(long seed, int voters) {
        var simulation = new Simulation(seed, voters);
        simulation.run(STEPS);
        long committed = simulation.committed();
        simulation.calmDown();
        return committed;
    }

    /** Arguments: voters, and how many seeds at most. Prints {@code caught SEED WHAT} and exits with 0 if one was. */
    public static void main(String[] args) {
        int voters = Integer.parseInt(args[0]);
        long seeds = Long.parseLong(args[1]);
        for (long seed = 1; seed <= seeds; seed++) {
            Throwable broken = broken(seed, voters);
            if (broken != null) {
                System.out.println("caught " + seed + " "
                        + String.valueOf(broken.getMessage()).replaceAll("\\s+", " "));
                System.exit(0);
            }
        }
        System.exit(1);
    }

    private static @Nullable Throwable broken(long seed, int voters) {
        try {
            run(seed, voters);
            return null;
        } catch (RuntimeException | Error e) {
            return e;
        }
    }
}
