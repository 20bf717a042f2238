package io.actd.backend;

/** A use of an engine after its end began. If the store was replaced meanwhile, the same read works on the new one. */
public final class BackendClosed extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    BackendClosed() {
        super("the backend is closed");
    }
}
