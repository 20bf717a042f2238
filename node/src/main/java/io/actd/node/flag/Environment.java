package io.actd.node.flag;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code ETCD_…} variables (spec OP-4, OP-5, OP-6). */
public final class Environment {
    private static final Logger log = LoggerFactory.getLogger(Environment.class);
    private static final String PREFIX = "ETCD_";
    /** Read elsewhere, or meant for other programs. */
    private static final Set<String> KNOWN = Set.of("ETCD_CONFIG_FILE", "ETCD_UNSUPPORTED_ARCH", "ETCD_VERIFY");

    private Environment() {}

    /**
     * Takes over every variable that names a flag.
     *
     * @throws ConfigException if a value is bad
     * @throws ShadowedVariableException if the command line sets the same flag
     */
    public static void apply(FlagTable table, Settings settings, Map<String, String> environment)
            throws ConfigException, ShadowedVariableException {
        var byVariable = new HashMap<String, FlagTable.Named>();
        for (var name : table.names()) {
            byVariable.put(variable(name), table.find(name).orElseThrow());
        }
        for (var entry : new TreeMap<>(environment).entrySet()) {
            var variable = entry.getKey();
            if (!variable.startsWith(PREFIX)
                    || KNOWN.contains(variable)
                    || entry.getValue().isEmpty()) continue;
            var named = byVariable.get(variable);
            if (named == null || variable.equals("ETCD_VERSION") || variable.equals("ETCD_HELP")) {
                log.atWarn()
                        .addKeyValue("environment-variable", variable + "=" + entry.getValue())
                        .log("unrecognized environment variable");
            } else {
                take(settings, named, variable, entry.getValue());
            }
        }
    }

    private static void take(Settings settings, FlagTable.Named named, String variable, String value)
            throws ConfigException, ShadowedVariableException {
        if (settings.wasGiven(named)) {
            throw new ShadowedVariableException(variable + "=" + value);
        }
        try {
            settings.set(named, value);
        } catch (BadValueException e) {
            throw new ConfigException("invalid value \"" + value + "\" for " + variable + ": " + e.getMessage());
        }
        log.atInfo()
                .addKeyValue("variable-name", variable)
                .addKeyValue("variable-value", value)
                .log("recognized and used environment variable");
    }

    private static String variable(String flagName) {
        return PREFIX + flagName.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
