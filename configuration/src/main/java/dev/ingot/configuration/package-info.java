/** One YAML file, environment and flags, read strictly into records. */
@NullMarked
package dev.ingot.configuration;

import org.jspecify.annotations.NullMarked;
