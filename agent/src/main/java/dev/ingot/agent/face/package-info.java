/** Other protocols by which an agent may be spoken to, brought by modules that may be left out. */
@NullMarked
package dev.ingot.agent.face;

import org.jspecify.annotations.NullMarked;
