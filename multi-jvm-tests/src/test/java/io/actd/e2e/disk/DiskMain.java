package io.actd.e2e.disk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * The process behind a mounted volume: {@code DiskMain DIRECTORY}, with {@code /dev/fuse} as standard error, the only place
 * besides input and output where Java can be handed it, and the C locale. It says {@code ready}, or ends and says why not;
 * then it reads one order a line and answers each with one. It ends with its input, or when told to, and unmounts.
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
        Runtime.getRuntime().addShutdownHook(new Thread(() -> unmount(args[0]), "unmount"));
        String problems = mount(args[0]);
        System.out.println(problems.isEmpty() ? "ready" : problems);
        if (problems.isEmpty()) {
            obeyAll(volume);
        }
    }

    private static void obeyAll(Volume volume) throws IOException, InterruptedException {
        try (var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                System.out.println(obey(volume, order.split(" ")));
            }
        }
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

    /** Returns what went wrong, in one line. The device comes as our standard error, and goes to mount as number 3. */
    private static String mount(String directory) throws IOException, InterruptedException {
        String mount = "exec mount -i -t fuse -o \"$1\" actd-e2e \"$2\" 3<&2 2>&1";
        String options = "fd=3,rootmode=40000,user_id=0,group_id=0,default_permissions";
        Process process = new ProcessBuilder("sh", "-c", mount, "sh", options, directory)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = process.inputReader().lines().collect(Collectors.joining(" "));
        return process.waitFor() == 0 ? "" : "cannot mount: " + said;
    }

    private static void unmount(String directory) {
        try {
            new ProcessBuilder("umount", "--lazy", directory)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
