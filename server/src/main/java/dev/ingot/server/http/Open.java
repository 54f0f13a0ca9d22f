package dev.ingot.server.http;

import io.javalin.security.RouteRole;

/** What a route names that asks for no token: health, and what has its own door. */
public enum Open implements RouteRole {
  TO_ALL
}
