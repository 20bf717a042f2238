package io.actd.node.flag;

/** A text that is no value of its flag's type; the message says why and names no flag. */
public final class BadValueException extends Exception {
    private static final long serialVersionUID = 1L;

    public BadValueException(String message) {
        super(message);
    }
}
