package dev.ingot.server.access;

/**
 * Who asks: a token's name and role, a node ({@code node:<id>}), or the server itself ({@code
 * system}).
 */
public record Principal(String name, Role role) {
  public static final Principal SYSTEM = new Principal("system", Role.ADMIN);
}
