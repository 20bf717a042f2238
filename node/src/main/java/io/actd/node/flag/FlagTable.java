package io.actd.node.flag;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** All flags, read once from {@code flags.table}; its head explains the notation. Immutable. */
public final class FlagTable {
    /** What a name on the command line stands for. */
    public sealed interface Named {
        /** The flag itself. */
        record Current(Flag flag) implements Named {}

        /** An old name of a flag (spec OP-9). */
        record Old(String name, Flag flag) implements Named {}

        /** An old flag that became a feature gate (spec OP-9). */
        record OldGate(String name, FeatureGate gate) implements Named {}
    }

    private final Map<String, List<Flag>> groups;
    private final Map<String, Flag> flags;
    private final Map<String, Named> names;

    private FlagTable(Map<String, List<Flag>> groups, Map<String, Flag> flags, Map<String, Named> names) {
        this.groups = groups;
        this.flags = flags;
        this.names = names;
    }

    public static FlagTable load() {
        var in = Objects.requireNonNull(FlagTable.class.getResourceAsStream("flags.table"));
        try (var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return read(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FlagTable read(BufferedReader reader) throws IOException {
        var groups = new LinkedHashMap<String, List<Flag>>();
        var flags = new LinkedHashMap<String, Flag>();
        var names = new LinkedHashMap<String, Named>();
        var group = new ArrayList<Flag>();
        for (var line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.isBlank() || line.startsWith("#")) continue;
            if (line.startsWith("[")) {
                group = new ArrayList<>();
                groups.put(line.substring(1, line.length() - 1), group);
            } else if (line.contains("=>")) {
                var named = oldName(line, flags);
                names.put(line.substring(0, line.indexOf("=>")).trim(), named);
            } else {
                var flag = flag(line);
                group.add(flag);
                flags.put(flag.name(), flag);
                names.put(flag.name(), new Named.Current(flag));
            }
        }
        return new FlagTable(groups, flags, names);
    }

    private static Flag flag(String line) {
        var cells = line.split("\\|", 5);
        var standing = Flag.Standing.valueOf(cells[3].trim().toUpperCase(Locale.ROOT));
        return new Flag(cells[0].trim(), FlagType.of(cells[1].trim()), cells[2].trim(), standing, cells[4].trim());
    }

    private static Named oldName(String line, Map<String, Flag> flags) {
        var arrow = line.indexOf("=>");
        var old = line.substring(0, arrow).trim();
        var target = line.substring(arrow + 2).trim();
        if (target.startsWith("gate ")) return new Named.OldGate(old, FeatureGate.valueOf(target.substring(5)));
        return new Named.Old(old, Objects.requireNonNull(flags.get(target), target));
    }

    public Optional<Named> find(String name) {
        return Optional.ofNullable(names.get(name));
    }

    /** The flag of that current name; asking for one that is not in the table is a programming error. */
    public Flag get(String name) {
        var flag = flags.get(name);
        if (flag == null) throw new IllegalArgumentException("no flag " + name);
        return flag;
    }

    public Collection<Flag> flags() {
        return flags.values();
    }

    /** Every name that is understood, old ones included. */
    public Collection<String> names() {
        return names.keySet();
    }

    /** Flags by the titles of {@code --help}, in its order; those under {@code -} are not shown. */
    public Map<String, List<Flag>> groups() {
        return groups;
    }
}
