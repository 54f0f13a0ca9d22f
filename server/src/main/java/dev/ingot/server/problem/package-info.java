/** What went wrong, in the words of the person who asked. */
@NullMarked
package dev.ingot.server.problem;

import org.jspecify.annotations.NullMarked;
