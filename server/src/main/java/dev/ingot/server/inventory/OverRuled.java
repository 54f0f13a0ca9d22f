package dev.ingot.server.inventory;

/**
 * A section of a source that is not served.
 *
 * @param served whose is
 * @param differs whether that says something else
 */
record OverRuled(String section, Source served, boolean differs) {}
