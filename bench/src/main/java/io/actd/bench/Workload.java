package io.actd.bench;

/** One way to put load on a server. */
interface Workload {
    String name();

    /** It writes nothing. */
    default boolean readsOnly() {
        return false;
    }

    /** Loads the server for about {@code seconds} and reports. */
    Sample run(Target target, int seconds) throws Exception;
}
