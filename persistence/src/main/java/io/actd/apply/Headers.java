package io.actd.apply;

import io.actd.protocol.api.ResponseHeader;

/** Makes response headers: ids and term are those of the answering member at this moment (spec H-1). */
@FunctionalInterface
public interface Headers {
    ResponseHeader at(long revision);
}
