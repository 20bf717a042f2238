package io.actd.node.flag;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** The YAML file of {@code --config-file} (spec OP-7). Keys are flag names but for the maps below. */
public final class ConfigFile {
    /** Nested keys by map; the flag is prefix + key unless listed in {@link #SPECIAL}. */
    private static final Map<String, String> PREFIXES = Map.of(
            "client-transport-security", "",
            "peer-transport-security", "peer-",
            "socket-options", "socket-",
            "discovery-config", "discovery-",
            "discovery-config.client", "discovery-",
            "discovery-config.client.secure", "discovery-",
            "discovery-config.client.auth", "discovery-");

    private static final Map<String, String> SPECIAL = Map.of(
            "client-transport-security.allowed-hostname", "client-cert-allowed-hostname",
            "peer-transport-security.allowed-hostname", "peer-cert-allowed-hostname",
            "peer-transport-security.allowed-cn", "peer-cert-allowed-cn",
            "peer-transport-security.skip-client-san-verification", "peer-skip-client-san-verification",
            "discovery-config.client.auth.username", "discovery-user");

    private static final Set<String> NOT_IN_A_FILE = Set.of(
            "client-crl-file",
            "peer-crl-file",
            "raft-read-timeout",
            "raft-write-timeout",
            "discovery-fallback",
            "config-file",
            "version",
            "help",
            "h");

    private final FlagTable table;
    private final Settings settings;

    private ConfigFile(FlagTable table) {
        this.table = table;
        this.settings = new Settings(table);
    }

    /** @throws ConfigException if the file can not be read or a value is of the wrong kind */
    public static Settings read(FlagTable table, Path file) throws ConfigException {
        try (var reader = Files.newBufferedReader(file)) {
            var options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            var root = new Yaml(new SafeConstructor(options)).<Object>load(reader);
            var config = new ConfigFile(table);
            if (root != null && !(root instanceof Map)) {
                throw new ConfigException("config file " + file + ": a map of settings is expected");
            }
            if (root instanceof Map<?, ?> map) config.take("", map);
            return config.settings;
        } catch (NoSuchFileException e) {
            throw new ConfigException("open " + file + ": no such file or directory");
        } catch (IOException | YAMLException e) {
            throw new ConfigException("config file " + file + ": " + e.getMessage());
        }
    }

    private void take(String path, Map<?, ?> map) throws ConfigException {
        for (var entry : map.entrySet()) {
            var key = path + entry.getKey();
            var value = entry.getValue();
            if (value instanceof Map<?, ?> nested) {
                if (PREFIXES.containsKey(key)) take(key + ".", nested);
            } else if (value != null) {
                set(key, value);
            }
        }
    }

    private void set(String key, Object value) throws ConfigException {
        var name = flagName(key);
        var known = table.find(name);
        if (NOT_IN_A_FILE.contains(name) || known.isEmpty()) return;
        var text = text(known.get(), key, value);
        try {
            settings.set(known.get(), text);
        } catch (BadValueException e) {
            if (name.equals("initial-cluster-state")) {
                throw new ConfigException("unexpected clusterState \"" + text + "\"");
            }
            throw new ConfigException("config file: invalid value \"" + text + "\" for " + key + ": " + e.getMessage());
        }
    }

    private static String flagName(String key) {
        var special = SPECIAL.get(key);
        if (special != null) return special;
        var dot = key.lastIndexOf('.');
        return dot < 0 ? key : PREFIXES.getOrDefault(key.substring(0, dot), "") + key.substring(dot + 1);
    }

    /** Durations may be nanoseconds, as etcd wants them, or Go durations; a retention must be a quoted text. */
    private static String text(FlagTable.Named named, String key, Object value) throws ConfigException {
        if (value instanceof Collection<?> list) {
            return list.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
        var kind =
                switch (named) {
                    case FlagTable.Named.Current(var flag) -> flag.type().kind();
                    case FlagTable.Named.Old(var old, var flag) -> flag.type().kind();
                    case FlagTable.Named.OldGate ignored -> FlagType.Kind.BOOL;
                };
        if (value instanceof Number && kind == FlagType.Kind.DURATION) return value + "ns";
        if (value instanceof Number && key.equals("auto-compaction-retention")) {
            throw new ConfigException("config file: auto-compaction-retention must be a quoted string");
        }
        return String.valueOf(value);
    }
}
