package dev.ingot.server.boot;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.boot.profiles.BootProfile;
import dev.ingot.server.boot.profiles.Profiles;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Boot profiles, and who was given which: {@code /api/v1/boot/profiles}, {@code
 * /api/v1/nodes/{id}/boot}.
 */
final class ProfileRoutes implements Routes {
  private static final String PROFILES = "/api/v1/boot/profiles";
  private static final String ASSIGNMENT = "/api/v1/nodes/{id}/boot";

  private final Jdbi jdbi;
  private final Profiles profiles;
  private final Audit audit;
  private final VisibleNodes visible;
  private final Runnable changed;

  /**
   * @param changed called after each commit that changes what machines get
   */
  ProfileRoutes(Jdbi jdbi, Profiles profiles, Audit audit, VisibleNodes visible, Runnable changed) {
    this.jdbi = jdbi;
    this.profiles = profiles;
    this.audit = audit;
    this.visible = visible;
    this.changed = changed;
  }

  record Assign(String profile, @Nullable Boolean once) {}

  record Assignment(
      String node,
      String profile,
      boolean once,
      @Nullable Instant used,
      String setBy,
      Instant setAt) {}

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(PROFILES, this::list, Role.READER);
    routes.get(PROFILES + "/{name}", this::show, Role.READER);
    routes.put(PROFILES + "/{name}", this::put, Role.OPERATOR);
    routes.delete(PROFILES + "/{name}", this::delete, Role.OPERATOR);
    routes.get(ASSIGNMENT, this::assignment, Role.READER);
    routes.put(ASSIGNMENT, this::assign, Role.OPERATOR);
    routes.delete(ASSIGNMENT, this::release, Role.OPERATOR);
  }

  private void list(Context context) {
    Requests.query(context);
    context.json(
        new Page<>(
            jdbi.withHandle(profiles::all).stream().map(ProfileRoutes::shown).toList(), null));
  }

  private static ObjectNode shown(BootProfile profile) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("name", profile.name());
    json.setAll((ObjectNode) Profiles.write(profile));
    return json.put("shipped", profile.version() == 0).put("version", profile.version());
  }

  private void show(Context context) {
    Requests.query(context);
    BootProfile profile =
        jdbi.withHandle(handle -> profiles.require(handle, context.pathParam("name")));
    context.header("ETag", Requests.etag(profile.version())).json(shown(profile));
  }

  private void put(Context context) {
    Requests.query(context);
    BootProfile profile = Profiles.parse(context.pathParam("name"), Requests.json(context));
    Principal who = Requests.principal(context);
    boolean created =
        jdbi.inTransaction(
            handle -> profiles.put(handle, who, profile, before -> precondition(context, before)));
    changed.run();
    BootProfile stored = jdbi.withHandle(handle -> profiles.require(handle, profile.name()));
    context
        .status(created ? 201 : 200)
        .header("ETag", Requests.etag(stored.version()))
        .json(shown(stored));
  }

  private static void precondition(Context context, @Nullable BootProfile before) {
    if (before != null) {
      Requests.ifMatch(context, Requests.etag(before.version()));
    } else if (context.header("If-Match") != null) {
      throw Problem.preconditionFailed("there is no such profile");
    }
  }

  private void delete(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    Principal who = Requests.principal(context);
    jdbi.useTransaction(
        handle ->
            profiles.delete(
                handle, who, context.pathParam("name"), before -> precondition(context, before)));
    changed.run();
    context.status(204);
  }

  private void assignment(Context context) {
    Requests.query(context);
    context.json(
        jdbi.withHandle(
            handle -> {
              String node =
                  visible.resolve(handle, Requests.principal(context), context.pathParam("id"));
              Assignment found = read(handle, node);
              if (found == null) {
                throw Problem.notFound(
                    "node " + node + " has no boot profile of its own: it gets its network's");
              }
              return found;
            }));
  }

  private static @Nullable Assignment read(Handle handle, String node) {
    return handle
        .createQuery(
            "SELECT node, profile, once, used, set_by, set_at FROM boot_assignment WHERE node ="
                + " :node")
        .bind("node", node)
        .map(
            (row, context) ->
                new Assignment(
                    row.getString("node"),
                    row.getString("profile"),
                    row.getBoolean("once"),
                    row.getObject("used", OffsetDateTime.class) == null
                        ? null
                        : row.getObject("used", OffsetDateTime.class).toInstant(),
                    row.getString("set_by"),
                    row.getObject("set_at", OffsetDateTime.class).toInstant()))
        .findOne()
        .orElse(null);
  }

  private void assign(Context context) {
    Requests.query(context);
    Assign asked = Requests.body(context, Assign.class);
    Principal who = Requests.principal(context);
    Assignment set =
        jdbi.inTransaction(
            handle -> {
              String node = visible.resolve(handle, who, context.pathParam("id"));
              if (profiles.find(handle, asked.profile()) == null) {
                throw Problem.invalid(
                    "profile",
                    "there is no boot profile '" + asked.profile() + "'; see ingot boot profiles");
              }
              Assignment before = read(handle, node);
              handle
                  .createUpdate(
                      """
                      INSERT INTO boot_assignment (node, profile, once, set_by) VALUES (:node, :profile, :once, :who)
                      ON CONFLICT (node) DO UPDATE SET profile = excluded.profile, once = excluded.once,
                        used = NULL, set_by = excluded.set_by, set_at = now()
                      """)
                  .bind("node", node)
                  .bind("profile", asked.profile())
                  .bind("once", Boolean.TRUE.equals(asked.once()))
                  .bind("who", who.name())
                  .execute();
              Assignment after = java.util.Objects.requireNonNull(read(handle, node));
              audit.record(handle, who, "node.boot", "node:" + node, json(before), json(after));
              return after;
            });
    changed.run();
    context.json(set);
  }

  private static tools.jackson.databind.@Nullable JsonNode json(@Nullable Assignment assignment) {
    return assignment == null ? null : Json.MAPPER.valueToTree(assignment);
  }

  private void release(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    Principal who = Requests.principal(context);
    jdbi.useTransaction(
        handle -> {
          String node = visible.resolve(handle, who, context.pathParam("id"));
          Assignment before = read(handle, node);
          if (before == null) {
            throw Problem.notFound("node " + node + " has no boot profile of its own");
          }
          handle.execute("DELETE FROM boot_assignment WHERE node = ?", node);
          audit.record(handle, who, "node.boot", "node:" + node, json(before), null);
        });
    changed.run();
    context.status(204);
  }
}
