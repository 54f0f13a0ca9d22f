/** PostgreSQL and fixtures for tests. */
@NullMarked
package dev.ingot.testkit;

import org.jspecify.annotations.NullMarked;
