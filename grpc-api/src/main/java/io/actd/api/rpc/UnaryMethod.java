package io.actd.api.rpc;

/** What a unary method does with its request. It may answer at once or later, on any thread; throwing answers too. */
@FunctionalInterface
public interface UnaryMethod<Q> {
    void call(Q request, UnaryCall call);
}
