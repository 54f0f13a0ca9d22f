package dev.ingot.server.access;

/**
 * Who asks: a token's name and role, a node ({@code node:<id>}), or the server itself ({@code
 * system}).
 *
 * @param role whose verbs it has
 * @param roleName the word of the role, or the name of the role that is built on it
 * @param segment what it may see and change
 */
public record Principal(String name, Role role, String roleName, Segment segment) {
  public static final Principal SYSTEM = new Principal("system", Role.ADMIN);

  /** One of a built-in role. */
  public Principal(String name, Role role) {
    this(name, role, role.word(), Segment.ALL);
  }

  /** Whether its role is one that never changes. */
  public boolean isBuiltIn() {
    return roleName.equals(role.word());
  }

  /** Whether it may see or change less than its role alone would let it. */
  public boolean isRestricted() {
    return segment.isRestricted();
  }
}
