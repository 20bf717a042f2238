package io.actd.node.flag;

/** A flag stands on the command line and in the environment (spec OP-5); ends the start with status 1. */
public final class ShadowedVariableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String variable;

    ShadowedVariableException(String variable) {
        super("conflicting environment variable is shadowed by corresponding command-line flag "
                + "(either unset environment variable or disable flag))");
        this.variable = variable;
    }

    /** {@code ETCD_NAME=value}. */
    public String variable() {
        return variable;
    }
}
