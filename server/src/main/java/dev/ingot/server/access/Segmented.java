package dev.ingot.server.access;

import io.javalin.security.RouteRole;

/**
 * Stands beside the role of a route that answers each principal from its own {@link Segment}, or
 * that says nothing of nodes. A route without it is refused to whoever has less than all.
 */
public enum Segmented implements RouteRole {
  YES
}
