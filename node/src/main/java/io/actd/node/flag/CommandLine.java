package io.actd.node.flag;

import java.util.List;

/** The syntax of Go's flag package (spec OP-1). */
public final class CommandLine {
    private CommandLine() {}

    /**
     * Reads all arguments.
     *
     * @throws UsageException for an unknown flag, a missing value or one of the wrong type
     * @throws ConfigException for a stray word, or a flag under its old and its new name
     */
    public static Settings parse(FlagTable table, List<String> args) throws UsageException, ConfigException {
        var settings = new Settings(table);
        var i = 0;
        while (i < args.size()) {
            var arg = args.get(i++);
            if (arg.equals("--")) break;
            if (!arg.startsWith("-") || arg.equals("-"))
                throw new ConfigException("\"" + arg + "\" is not a valid flag");
            var body = arg.substring(arg.startsWith("--") ? 2 : 1);
            var equals = body.indexOf('=');
            var name = equals < 0 ? body : body.substring(0, equals);
            if (name.isEmpty() || name.startsWith("-")) throw new UsageException("bad flag syntax: " + arg);
            var named =
                    table.find(name).orElseThrow(() -> new UsageException("flag provided but not defined: -" + name));
            String value;
            if (equals >= 0) {
                value = body.substring(equals + 1);
            } else if (isBool(named)) {
                value = "true";
            } else if (i < args.size()) {
                value = args.get(i++);
            } else {
                throw new UsageException("flag needs an argument: -" + name);
            }
            set(settings, named, name, value);
        }
        if (i < args.size()) throw new ConfigException("\"" + args.get(i) + "\" is not a valid flag");
        return settings;
    }

    private static void set(Settings settings, FlagTable.Named named, String name, String value)
            throws UsageException, ConfigException {
        try {
            settings.set(named, value);
        } catch (BadValueException e) {
            var why = String.valueOf(e.getMessage());
            if (why.startsWith("cannot set")) throw new ConfigException(why);
            throw new UsageException(
                    isBool(named)
                            ? "invalid boolean value \"" + value + "\" for -" + name + ": " + why
                            : "invalid value \"" + value + "\" for flag -" + name + ": " + why);
        }
    }

    private static boolean isBool(FlagTable.Named named) {
        return switch (named) {
            case FlagTable.Named.Current(var flag) -> flag.type().isBool();
            case FlagTable.Named.Old(var old, var flag) -> flag.type().isBool();
            case FlagTable.Named.OldGate ignored -> true;
        };
    }
}
