package dev.ingot.server.access;

import io.javalin.security.RouteRole;
import java.util.Locale;

/** What a principal may do; each role may all that the ones after it may. */
public enum Role implements RouteRole {
  /** Everything, tokens, backup and restore included. */
  ADMIN,
  /** Changes nodes. */
  OPERATOR,
  /** Reads. */
  READER;

  /** Whether a principal of this role may do what asks for the other. */
  public boolean includes(Role asked) {
    return ordinal() <= asked.ordinal();
  }

  /**
   * The role of that word.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Role of(String word) {
    for (Role role : values()) {
      if (role.word().equals(word)) {
        return role;
      }
    }
    throw new IllegalArgumentException("no role " + word);
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
