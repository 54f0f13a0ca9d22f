/** Main and composition: the only module that sees all. */
@NullMarked
package dev.ingot.app;

import org.jspecify.annotations.NullMarked;
