package dev.ingot.server.inventory;

/** A section of one source of a node. */
record SectionKey(String name, Source source) {}
