package dev.ingot.server.access;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The roles that there are: built in, and made by an administrator. Each write is audited. */
public final class Roles {
  static final int MOST = 500;
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final int NAMED = 5;

  private final Audit audit;

  public Roles(Audit audit) {
    this.audit = audit;
  }

  /** What is sent of a role. */
  public record NewRole(
      String base,
      @Nullable JsonNode nodes,
      List<String> read,
      @Nullable List<String> write,
      @Nullable String description) {
    public NewRole {
      nodes = nodes == null || nodes.isNull() ? null : nodes;
    }
  }

  /** All of them: those that are built in, then the others by name. */
  public List<CustomRole> all(Handle handle) {
    List<CustomRole> roles = new ArrayList<>();
    for (Role role : Role.values()) {
      roles.add(CustomRole.of(role));
    }
    roles.addAll(
        handle
            .createQuery("SELECT " + CustomRole.COLUMNS + " FROM access_role ORDER BY name")
            .map((row, _) -> CustomRole.of(row))
            .list());
    return roles;
  }

  /**
   * The role of that name.
   *
   * @throws Problem if there is none
   */
  public CustomRole require(Handle handle, String name) {
    return find(handle, name).orElseThrow(() -> none(name));
  }

  /** The role of that name; it stays as it is until the transaction ends. */
  Optional<CustomRole> hold(Handle handle, String name) {
    return find(handle, name, " FOR KEY SHARE");
  }

  private static Optional<CustomRole> find(Handle handle, String name) {
    return find(handle, name, "");
  }

  private static Optional<CustomRole> find(Handle handle, String name, String lock) {
    for (Role role : Role.values()) {
      if (role.word().equals(name)) {
        return Optional.of(CustomRole.of(role));
      }
    }
    return handle
        .createQuery("SELECT " + CustomRole.COLUMNS + " FROM access_role WHERE name = :name" + lock)
        .bind("name", name)
        .map((row, _) -> CustomRole.of(row))
        .findOne();
  }

  /**
   * Makes a role or puts it in the place of the one of that name.
   *
   * @param precondition looks at the role that there is, null for none, and throws what speaks
   *     against it
   */
  public CustomRole set(
      Handle handle,
      Principal by,
      String name,
      NewRole role,
      Consumer<@Nullable CustomRole> precondition) {
    check(name, role);
    // One writer at a time: a first version is made once, and the number of roles stays bounded.
    handle.execute("LOCK TABLE access_role IN SHARE ROW EXCLUSIVE MODE");
    CustomRole before = find(handle, name).orElse(null);
    precondition.accept(before);
    if (before == null
        && handle.select("SELECT count(*) FROM access_role").mapTo(Integer.class).one() >= MOST) {
      throw Problem.conflict("there are " + MOST + " roles, and no more can be made");
    }
    CustomRole after =
        handle
            .createQuery(
                "INSERT INTO access_role (name, base, nodes, read, write, description, changed_by)"
                    + " VALUES (:name, :base, :nodes::jsonb, :read, :write, :description, :by)"
                    + " ON CONFLICT (name) DO UPDATE SET base = excluded.base,"
                    + " nodes = excluded.nodes, read = excluded.read, write = excluded.write,"
                    + " description = excluded.description, changed = now(),"
                    + " changed_by = excluded.changed_by, version = access_role.version + 1"
                    + " RETURNING "
                    + CustomRole.COLUMNS)
            .bind("name", name)
            .bind("base", role.base)
            .bind("nodes", role.nodes == null ? null : Json.write(role.nodes))
            .bindArray("read", String.class, role.read)
            .bindArray("write", String.class, role.write == null ? List.of() : role.write)
            .bind("description", role.description)
            .bind("by", by.name())
            .map((row, _) -> CustomRole.of(row))
            .one();
    audit.record(handle, by, "role.set", "role:" + name, shown(before), shown(after));
    return after;
  }

  private static void check(String name, NewRole role) {
    for (Role builtIn : Role.values()) {
      if (builtIn.word().equals(name)) {
        throw Problem.conflict("the role " + name + " is built in and cannot be changed");
      }
    }
    if (!NAME.matcher(name).matches()) {
      throw Problem.invalid(
          "name", "must be 1 to 63 small letters, digits and dashes, beginning with a letter");
    }
    if (!role.base.equals(Role.OPERATOR.word()) && !role.base.equals(Role.READER.word())) {
      throw Problem.invalid("base", "must be operator or reader");
    }
    List<String> write = role.write == null ? List.of() : role.write;
    int beyond = PathGrants.parse(role.read, "read").firstBeyond(PathGrants.parse(write, "write"));
    if (beyond >= 0) {
      // Else what is hidden would show in what writing it changes.
      throw Problem.invalid(
          "write." + beyond, "may not be read: a role writes only what it also reads");
    }
    if (!write.isEmpty() && role.base.equals(Role.READER.word())) {
      throw Problem.invalid("write", "a reader writes nothing; say the base operator");
    }
    if (role.description != null && role.description.length() > 1000) {
      throw Problem.invalid("description", "is longer than 1000 characters");
    }
  }

  /**
   * Deletes a role that no token has.
   *
   * @param precondition as of {@link #set}
   * @throws Problem if there is none, or tokens have it: the first of them are named
   */
  public void delete(
      Handle handle, Principal by, String name, Consumer<@Nullable CustomRole> precondition) {
    CustomRole role = find(handle, name, " FOR UPDATE").orElseThrow(() -> none(name));
    if (role.builtIn()) {
      throw Problem.conflict("the role " + name + " is built in and cannot be deleted");
    }
    precondition.accept(role);
    List<String> tokens =
        handle
            .createQuery(
                "SELECT name FROM token WHERE role = :name AND revoked IS NULL"
                    + " AND (expires IS NULL OR expires > now()) ORDER BY name LIMIT :most")
            .bind("name", name)
            .bind("most", NAMED + 1)
            .mapTo(String.class)
            .list();
    if (!tokens.isEmpty()) {
      boolean more = tokens.size() > NAMED;
      throw Problem.conflict(
          "the role "
              + name
              + " is in use by the token"
              + (tokens.size() > 1 ? "s " : " ")
              + String.join(", ", tokens.subList(0, Math.min(NAMED, tokens.size())))
              + (more ? " and more" : "")
              + "; revoke them first");
    }
    handle.createUpdate("DELETE FROM access_role WHERE name = :name").bind("name", name).execute();
    audit.record(handle, by, "role.delete", "role:" + name, shown(role), null);
  }

  private static @Nullable JsonNode shown(@Nullable CustomRole role) {
    if (role == null) {
      return null;
    }
    ObjectNode shown = Json.MAPPER.valueToTree(role);
    shown.remove(List.of("name", "builtIn", "version", "changed", "changedBy"));
    return shown;
  }

  private static Problem none(String name) {
    return Problem.notFound("no role " + (name.length() > 64 ? name.substring(0, 64) + "…" : name));
  }
}
