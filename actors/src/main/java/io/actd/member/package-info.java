/** One member: its guardian, what it is made of, and the door the API layer uses. */
@NullMarked
package io.actd.member;

import org.jspecify.annotations.NullMarked;
