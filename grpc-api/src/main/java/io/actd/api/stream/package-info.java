/** The streaming methods over pekko-grpc's generated handlers. */
@NullMarked
package io.actd.api.stream;

import org.jspecify.annotations.NullMarked;
