package dev.ingot.server.inventory.definitions;

import dev.ingot.server.problem.Problem;
import java.util.regex.Pattern;

/** How definitions are called: safe in a path, a target and a file's name. */
public final class DefinitionName {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  private DefinitionName() {}

  /** The name itself. */
  public static String checked(String name, String field) {
    if (!FORM.matcher(name).matches()) {
      throw Problem.invalid(
          field,
          "a name is 1 to 63 letters, digits, dots, dashes and underscores, beginning with a letter"
              + " or digit");
    }
    return name;
  }
}
