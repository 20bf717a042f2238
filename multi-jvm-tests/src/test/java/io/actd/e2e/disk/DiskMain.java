package io.actd.e2e.disk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;

/**
 * The process behind a mounted volume: {@code DiskMain DIRECTORY}, with {@code /dev/fuse} as standard error, for that is how
 * {@code mount} can be handed it. It reads one order a line and answers each with one; it ends with its input.
 *
 * <ul>
 *   <li>{@code cut N}: the power fails in the middle of a sync, the one after N more
 *   <li>{@code off}: the power fails now
 *   <li>{@code lose SEED}: forgets, and works again; answers with the number of blocks and of names
 *   <li>{@code errors on|off}: each write and sync fails, or no longer; answers with how many failed before
 * </ul>
 */
public final class DiskMain {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private DiskMain() {}

    /** @param args where to mount it */
    public static void main(String[] args) throws IOException, InterruptedException {
        System.setErr(System.out);
        Volume volume = new Volume();
        Thread server = new Thread(new FuseSession(volume)::serve, "fuse");
        server.setDaemon(true);
        server.start();
        String options = "fd=2,rootmode=40000,user_id=0,group_id=0,default_permissions";
        System.out.println(run("mount", "-i", "-t", "fuse", "-o", options, "actd-e2e", args[0]) == 0 ? "ready" : "no");
        try (var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                System.out.println(obey(volume, order.split(" ")));
            }
        }
        run("umount", "--lazy", args[0]);
    }

    private static String obey(Volume volume, String[] order) throws InterruptedException {
        return switch (order[0]) {
            case "cut" -> Boolean.toString(volume.cutPower(Integer.parseInt(order[1]), PATIENCE));
            case "off" -> {
                volume.cutPower();
                yield "true";
            }
            case "lose" -> {
                Volume.Lost lost = volume.losePower(new Random(Long.parseLong(order[1])));
                yield lost.blocks() + " " + lost.names();
            }
            case "errors" -> Integer.toString(volume.fail(order[1].equals("on")));
            default -> throw new IllegalArgumentException(order[0]);
        };
    }

    /** Its standard error is ours: the device. */
    private static int run(String... words) throws IOException, InterruptedException {
        return new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
    }
}
