package io.actd.copy;

/** What arrived is not a copy of a store, or not this one: it must be sent again from the start. */
public final class CopyDamaged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CopyDamaged(String reason) {
        super(reason);
    }
}
