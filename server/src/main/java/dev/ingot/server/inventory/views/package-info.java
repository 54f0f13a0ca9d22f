/** Views: questions with a name, what they show and how it is shown. */
@NullMarked
package dev.ingot.server.inventory.views;

import org.jspecify.annotations.NullMarked;
