package io.actd.api.rpc;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.HttpRequest;

/** Serves one method. Never throws, and its stage never fails: either would end the whole connection. */
@FunctionalInterface
public interface Route {
    CompletionStage<HttpResponse> handle(HttpRequest request);
}
