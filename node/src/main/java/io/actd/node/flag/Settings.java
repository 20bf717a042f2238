package io.actd.node.flag;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The value of every flag, wherever it came from. Values have passed the check of their type, so reading never fails.
 * Filled by one source, then only read; not thread-safe while it is filled.
 */
public final class Settings {
    private final FlagTable table;
    private final Map<String, String> given = new HashMap<>();
    /** The name each flag was given under: the old one if an old one was used. */
    private final Map<String, String> givenAs = new HashMap<>();

    private final Map<FeatureGate, Boolean> oldGates = new HashMap<>();

    public Settings(FlagTable table) {
        this.table = table;
    }

    /**
     * Sets a flag, or what an old name stands for now.
     *
     * @throws BadValueException if it is no value of the flag's type
     */
    void set(FlagTable.Named named, String value) throws BadValueException {
        switch (named) {
            case FlagTable.Named.Current(var flag) -> put(flag, flag.name(), value);
            case FlagTable.Named.Old(var old, var flag) -> put(flag, old, value);
            case FlagTable.Named.OldGate(var old, var gate) -> {
                oldGates.put(gate, FlagType.parseBool(value));
                givenAs.put(old, old);
            }
        }
    }

    private void put(Flag flag, String as, String value) throws BadValueException {
        flag.type().check(value);
        var before = givenAs.put(flag.name(), as);
        if (before != null && !before.equals(as)) {
            throw new BadValueException("cannot set --" + (as.equals(flag.name()) ? before : as) + " and --"
                    + flag.name() + " at the same time, please use --" + flag.name() + " only");
        }
        given.put(flag.name(), value);
    }

    /** Whether the flag was given at all, be it with its default value. */
    public boolean isSet(String name) {
        return given.containsKey(table.get(name).name());
    }

    /** Whether a name, current or old, was used by the source. */
    boolean wasGiven(FlagTable.Named named) {
        return switch (named) {
            case FlagTable.Named.Current(var flag) -> flag.name().equals(givenAs.get(flag.name()));
            case FlagTable.Named.Old(var old, var flag) -> old.equals(givenAs.get(flag.name()));
            case FlagTable.Named.OldGate(var old, var gate) -> givenAs.containsKey(old);
        };
    }

    /** Flags that were given and differ from their default. */
    public List<Flag> changed() {
        return table.flags().stream()
                .filter(f -> !given.getOrDefault(f.name(), f.defaultValue()).equals(f.defaultValue()))
                .toList();
    }

    /** Old names in use, each with what to write instead. */
    public List<String> oldNames() {
        return givenAs.entrySet().stream()
                .filter(e -> table.find(e.getValue()).orElseThrow() instanceof FlagTable.Named.Old
                        || table.find(e.getValue()).orElseThrow() instanceof FlagTable.Named.OldGate)
                .map(Map.Entry::getValue)
                .sorted()
                .toList();
    }

    public String text(String name) {
        return given.getOrDefault(name, table.get(name).defaultValue());
    }

    public boolean bool(String name) {
        return read(name, FlagType::parseBool);
    }

    public long number(String name) {
        return read(name, FlagType::parseLong);
    }

    public Duration duration(String name) {
        return read(name, GoDuration::parse);
    }

    /** Empty if the flag is empty. */
    public List<Url> urls(String name) {
        return text(name).isEmpty() ? List.of() : read(name, Url::parseList);
    }

    /** Empty if the flag is empty. */
    public Map<String, List<Url>> urlMap(String name) {
        return text(name).isEmpty() ? Map.of() : read(name, Url::parseMap);
    }

    public List<String> list(String name) {
        var text = text(name);
        if (text.isEmpty()) return List.of();
        return Arrays.stream(text.split(",")).map(String::trim).toList();
    }

    /** The value unless it is the empty text. */
    public Optional<String> optional(String name) {
        return Optional.of(text(name)).filter(t -> !t.isEmpty());
    }

    /** The state of every feature gate, old gate flags included. */
    public Map<FeatureGate, Boolean> gates() {
        var states = new HashMap<>(read("feature-gates", FeatureGate::parse));
        states.putAll(oldGates);
        return Map.copyOf(states);
    }

    private interface Reader<T> {
        T read(String text) throws BadValueException;
    }

    private <T> T read(String name, Reader<T> reader) {
        try {
            return reader.read(text(name));
        } catch (BadValueException e) {
            throw new IllegalStateException("--" + name + " was not checked", e);
        }
    }
}
