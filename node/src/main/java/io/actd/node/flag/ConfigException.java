package io.actd.node.flag;

/** A setting makes no sense: logged as {@code failed to verify flags}, exit status 1 (spec operations.md §1, §4). */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
