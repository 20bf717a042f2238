/** The unary methods: check, then read or propose (spec O-1). */
@NullMarked
package io.actd.api.service;

import org.jspecify.annotations.NullMarked;
