package io.actd.node;

import io.actd.node.config.NodeConfig;
import io.actd.node.config.Validation;
import io.actd.node.flag.CommandLine;
import io.actd.node.flag.ConfigException;
import io.actd.node.flag.ConfigFile;
import io.actd.node.flag.Environment;
import io.actd.node.flag.FlagTable;
import io.actd.node.flag.Help;
import io.actd.node.flag.Settings;
import io.actd.node.flag.ShadowedVariableException;
import io.actd.node.flag.UsageException;
import io.actd.node.log.Levels;
import io.actd.node.log.LogSettings;
import io.actd.node.log.Logging;
import io.actd.node.run.Node;
import io.actd.node.run.StartException;
import io.actd.world.Failpoints;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program: exit statuses and first outputs as in spec operations.md §1. */
public final class Main {
    private static final Logger log = LoggerFactory.getLogger(Main.class);
    private static final int CANNOT_START = 1;
    private static final int WRONG_USAGE = 2;
    /** The member runs; the process ends by a signal. */
    private static final int RUNNING = -1;

    private Main() {}

    public static void main(String[] args) {
        var status = run(List.of(args), System.getenv(), System.out, System.err);
        if (status != RUNNING) System.exit(status);
    }

    /** Does everything but ending the process; the log goes where the flags say. Returns the exit status. */
    static int run(List<String> args, Map<String, String> environment, PrintStream out, PrintStream err) {
        try {
            return start(args, environment, out, err);
        } catch (UsageException e) {
            err.println(e.getMessage());
            err.print(Help.USAGE);
            return WRONG_USAGE;
        } catch (ConfigException e) {
            log.atWarn().addKeyValue("error", e.getMessage()).log("failed to verify flags");
        } catch (ShadowedVariableException e) {
            log.atError()
                    .addMarker(Levels.FATAL)
                    .addKeyValue("environment-variable", e.variable())
                    .log(e.getMessage());
        } catch (StartException e) {
            log.atError()
                    .addMarker(Levels.FATAL)
                    .addKeyValue("error", e.getMessage())
                    .log("discovery failed");
        }
        return CANNOT_START;
    }

    private static int start(List<String> args, Map<String, String> environment, PrintStream out, PrintStream err)
            throws UsageException, ConfigException, ShadowedVariableException, StartException {
        if (!args.isEmpty()
                && (args.getFirst().equals("gateway") || args.getFirst().equals("grpc-proxy"))) {
            throw new ConfigException("\"" + args.getFirst() + "\" is not supported yet");
        }
        var table = FlagTable.load();
        var given = CommandLine.parse(table, args);
        if (given.bool("version")) {
            out.print(Version.text());
            return 0;
        }
        if (given.bool("help") || given.bool("h")) {
            err.print(Help.USAGE);
            out.print(Help.flags(table));
            return 0;
        }
        var settings = complete(table, given, environment);
        configureLog(LogSettings.from(settings));
        log.atInfo().addKeyValue("args", args).log("Running: ");
        Validation.check(settings);
        var config = NodeConfig.of(settings);
        Node.start(config, failpoints(environment));
        return RUNNING;
    }

    /** For tests: where to die (docs/failpoints.md). */
    private static Failpoints failpoints(Map<String, String> environment) throws ConfigException {
        try {
            return Failpoints.parse(environment.getOrDefault("ACTD_FAILPOINTS", ""));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("ACTD_FAILPOINTS: " + e.getMessage());
        }
    }

    /** A configuration file replaces command line and environment (spec OP-7). */
    private static Settings complete(FlagTable table, Settings given, Map<String, String> environment)
            throws ConfigException, ShadowedVariableException {
        var file = given.isSet("config-file")
                ? given.text("config-file")
                : environment.getOrDefault("ETCD_CONFIG_FILE", "");
        if (!file.isEmpty()) {
            log.atInfo()
                    .addKeyValue("path", file)
                    .log("loaded server configuration, other configuration command line flags and environment "
                            + "variables will be ignored if provided");
            return ConfigFile.read(table, Path.of(file));
        }
        Environment.apply(table, given, environment);
        return given;
    }

    private static void configureLog(LogSettings settings) throws UsageException, ConfigException {
        try {
            Levels.threshold(settings.level());
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        try {
            Logging.configure(settings);
        } catch (IOException e) {
            throw new ConfigException("cannot open log output: " + e.getMessage());
        }
    }
}
