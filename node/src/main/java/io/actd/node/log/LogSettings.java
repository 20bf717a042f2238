package io.actd.node.log;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.actd.node.flag.ConfigException;
import io.actd.node.flag.Settings;
import java.util.List;
import java.util.Optional;

/**
 * How the log is to be written.
 *
 * @param level threshold, an etcd level name
 * @param console tab-separated lines instead of JSON
 * @param outputs {@code default}, {@code stderr}, {@code stdout} or file paths
 * @param rotation set only with exactly one file output
 */
public record LogSettings(String level, boolean console, List<String> outputs, Optional<Rotation> rotation) {
    /** Before anything was read. */
    public static final LogSettings DEFAULT = new LogSettings("info", false, List.of("default"), Optional.empty());

    /**
     * When a file is put aside (spec OP-87).
     *
     * @param maxMegabytes size at which it is
     * @param maxAgeDays backups older than that are deleted; 0: never
     * @param maxBackups backups kept; 0: all
     * @param localTime time zone of the backups' names
     * @param compress gzip the backups
     */
    public record Rotation(long maxMegabytes, long maxAgeDays, int maxBackups, boolean localTime, boolean compress) {}

    /** @throws ConfigException with the texts of V13, V18 and V22 */
    public static LogSettings from(Settings settings) throws ConfigException {
        var logger = settings.text("logger");
        if (logger.equals("capnslog")) throw new ConfigException("--logger=capnslog is removed in v3.5");
        if (!logger.equals("zap")) throw new ConfigException("unknown logger option \"" + logger + "\"");
        var outputs = settings.list("log-outputs");
        if (outputs.isEmpty()) outputs = List.of("default");
        if (outputs.size() > 1 && outputs.contains("default")) {
            throw new ConfigException("multi logoutput for \"default\" is not supported yet");
        }
        if (outputs.contains("systemd/journal")) {
            throw new ConfigException("--log-outputs=systemd/journal is not supported yet; "
                    + "under systemd, stderr reaches the journal");
        }
        var format = settings.text("log-format");
        if (!format.equals("json") && !format.equals("console")) {
            throw new ConfigException("unknown log format: " + format + ", supported values json, console");
        }
        return new LogSettings(
                settings.text("log-level"), format.equals("console"), outputs, rotation(settings, outputs));
    }

    private static Optional<Rotation> rotation(Settings settings, List<String> outputs) throws ConfigException {
        if (!settings.bool("enable-log-rotation")) return Optional.empty();
        var file =
                outputs.size() == 1 && !List.of("default", "stderr", "stdout").contains(outputs.getFirst());
        if (!file) {
            throw new ConfigException(
                    "--log-outputs requires a single file path when --log-rotate-config-json is defined");
        }
        try {
            var json = JsonParser.parseString(settings.text("log-rotation-config-json"))
                    .getAsJsonObject();
            var rotation = new Rotation(
                    json.has("maxsize") ? json.get("maxsize").getAsLong() : 100,
                    json.has("maxage") ? json.get("maxage").getAsLong() : 0,
                    json.has("maxbackups") ? json.get("maxbackups").getAsInt() : 0,
                    json.has("localtime") && json.get("localtime").getAsBoolean(),
                    json.has("compress") && json.get("compress").getAsBoolean());
            return Optional.of(
                    rotation.maxMegabytes == 0
                            ? new Rotation(
                                    100,
                                    rotation.maxAgeDays,
                                    rotation.maxBackups,
                                    rotation.localTime,
                                    rotation.compress)
                            : rotation);
        } catch (JsonParseException | IllegalStateException | NumberFormatException e) {
            throw new ConfigException("log rotation config json: " + e.getMessage());
        }
    }
}
