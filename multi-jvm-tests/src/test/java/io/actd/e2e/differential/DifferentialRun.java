package io.actd.e2e.differential;

import io.actd.e2e.server.ServerProcess;
import io.actd.e2e.server.Servers;
import io.actd.e2e.server.Target;

/** A long comparison from the command line: {@code --ops 1000000 --seed 7 [--steps-per-seed 5000]}. */
public final class DifferentialRun {
    private DifferentialRun() {}

    /** Runs seeds one after another until so many steps are done; exit code 1 at the first difference. */
    public static void main(String[] args) {
        long left = option(args, "--ops", 100_000);
        long seed = option(args, "--seed", 1);
        int perSeed = (int) option(args, "--steps-per-seed", 5_000);
        while (left > 0) {
            Differential.Result result = freshServers(seed, (int) Math.min(left, perSeed));
            System.out.println(
                    "seed " + seed + ": " + result.steps() + " steps, " + result.explained() + " known differences");
            if (result.difference().isPresent()) {
                System.out.println(result.difference().get());
                System.exit(1);
            }
            left -= perSeed;
            seed++;
        }
        System.exit(0);
    }

    /** One seed on two new servers. */
    static Differential.Result freshServers(long seed, int steps) {
        Servers servers = new Servers();
        try {
            var etcd = servers.launch(servers.configure(Target.ETCD));
            var actd = servers.launch(servers.configure(Target.underTest()));
            etcd.awaitReady();
            actd.awaitReady();
            return Differential.run(seed, steps, etcd.endpoint(), actd.endpoint())
                    .with(ending("etcd", etcd) + ending("actd", actd));
        } finally {
            servers.closeAll();
        }
    }

    private static String ending(String name, ServerProcess server) {
        return server.isAlive()
                ? ""
                : "  " + name + " has ended:\n" + server.log().tail(40);
    }

    private static long option(String[] args, String name, long otherwise) {
        for (int i = 0; i + 1 < args.length; i++) {
            if (args[i].equals(name)) {
                return Long.parseLong(args[i + 1]);
            }
        }
        return otherwise;
    }
}
