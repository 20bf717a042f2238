package io.actd.node.flag;

import java.util.Locale;

/** The texts of {@code --help}. */
public final class Help {
    /** Printed to stderr after a wrong command line and before the list of flags. */
    public static final String USAGE = """
            Usage:

              actd [flags]
                Run a member. Without flags: a cluster of one on localhost:2379, data in default.etcd.

              actd --config-file FILE
                Run a member as the YAML file says; other flags and the environment are ignored.

              actd --version
              actd --help
            """;

    private static final int COLUMN = 34;

    private Help() {}

    /** Every flag with its default, grouped, for stdout. */
    public static String flags(FlagTable table) {
        var text = new StringBuilder();
        table.groups().forEach((title, flags) -> {
            if (title.equals("-")) return;
            text.append(title).append(":\n");
            for (var flag : flags) line(text, flag);
            text.append('\n');
        });
        return text.append(NOTES).toString();
    }

    private static void line(StringBuilder text, Flag flag) {
        var head = "  --" + flag.name() + (flag.type().isBool() ? "" : " " + placeholder(flag));
        text.append(head)
                .append(head.length() < COLUMN ? " ".repeat(COLUMN - head.length()) : "\n" + " ".repeat(COLUMN));
        text.append(flag.help());
        var plain = flag.defaultValue().isEmpty()
                || (flag.type().isBool() && flag.defaultValue().equals("false"));
        if (!plain) text.append(" [").append(flag.defaultValue()).append(']');
        switch (flag.standing()) {
            case WORKS -> {}
            case IGNORED -> text.append(" (no effect)");
            case REFUSED -> text.append(" (not yet)");
        }
        text.append('\n');
    }

    private static String placeholder(Flag flag) {
        return switch (flag.type().kind()) {
            case CHOICE -> String.join("|", flag.type().choices());
            case URL_MAP -> "NAME=URL,...";
            case URLS -> "URLS";
            case STRING, BOOL, INT, UINT, FLOAT, DURATION, LIST, GATES ->
                flag.type().kind().name().toLowerCase(Locale.ROOT);
        };
    }

    private static final String NOTES = """
            [x] is the default. (no effect): accepted so that existing deployments start; there is nothing to tune here.
            (not yet): a value other than the default stops the start, because it could not be honoured.
            Flags take one dash or two, and --flag=value or --flag value; booleans only --flag or --flag=false.
            Durations: 300ms, 5s, 1h30m. Every flag is also an environment variable: --data-dir is ETCD_DATA_DIR.
            """;
}
