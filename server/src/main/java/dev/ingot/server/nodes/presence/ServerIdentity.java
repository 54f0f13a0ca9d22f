package dev.ingot.server.nodes.presence;

/**
 * A server process that holds sessions.
 *
 * @param name the same after a restart, another for each server of one database
 * @param incarnation random, made at the start of the process
 */
public record ServerIdentity(String name, String incarnation) {}
