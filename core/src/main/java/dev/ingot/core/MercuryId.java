package dev.ingot.core;

/** A node's id: two digits that say how it was found and 40 hex digits of SHA-1. */
public record MercuryId(String value) {}
