package dev.ingot.server.inventory.classes;

import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.definitions.Folder;
import dev.ingot.server.inventory.definitions.Folder.State;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/classes}. Not for those who see a part only: counts and rules tell of all. */
final class ClassRoutes implements Routes {
  private static final String CLASSES = "/api/v1/classes";
  private static final String CLASS = CLASSES + "/{name}";

  private final Jdbi jdbi;
  private final ClassRules rules;

  ClassRoutes(Jdbi jdbi, ClassRules rules) {
    this.jdbi = jdbi;
    this.rules = rules;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(CLASSES, this::list, Role.READER);
    routes.post(CLASSES + "/load", this::load, Role.OPERATOR);
    routes.get("/api/v1/class-progress", this::progress, Role.READER);
    routes.get(CLASS, this::show, Role.READER);
    routes.put(CLASS, this::put, Role.OPERATOR);
    routes.delete(CLASS, this::delete, Role.OPERATOR);
  }

  /** There are never so many that they need pages. */
  private void list(Context context) {
    Requests.query(context);
    context.json(new Page<>(jdbi.withHandle(rules::all), null));
  }

  private void progress(Context context) {
    Requests.query(context);
    context.json(jdbi.withHandle(Sweep::progress));
  }

  private void show(Context context) {
    Requests.query(context);
    String name = context.pathParam("name");
    ClassRules.Stored stored = jdbi.withHandle(handle -> rules.require(handle, name));
    context.header("ETag", stored.etag()).json(stored);
  }

  private void put(Context context) {
    Requests.query(context);
    ClassRule rule = ClassRule.parse(context.pathParam("name"), Requests.json(context));
    Principal who = Requests.principal(context);
    State state =
        jdbi.inTransaction(
            handle -> rules.put(handle, who, rule, before -> precondition(context, before)));
    ClassRules.Stored stored = jdbi.withHandle(handle -> rules.require(handle, rule.name()));
    context.status(state == State.CREATED ? 201 : 200).header("ETag", stored.etag()).json(stored);
  }

  private static void precondition(Context context, ClassRules.@Nullable Stored before) {
    String noneMatch = context.header("If-None-Match");
    if (noneMatch != null && noneMatch.strip().equals("*") && before != null) {
      throw Problem.preconditionFailed("it is there already: its ETag is " + before.etag());
    }
    if (before != null) {
      Requests.ifMatch(context, before.etag());
    } else if (context.header("If-Match") != null) {
      throw Problem.preconditionFailed("there is no such class any more");
    }
  }

  private void delete(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    String name = context.pathParam("name");
    Principal who = Requests.principal(context);
    jdbi.useTransaction(
        handle ->
            rules.delete(handle, who, name, before -> Requests.ifMatch(context, before.etag())));
    context.status(204);
  }

  private void load(Context context) {
    Requests.query(context);
    Folder folder = Requests.body(context, Folder.class);
    Map<Folder.File, Folder.Named<ClassRule>> read = folder.read(ClassRule::parse);
    Principal who = Requests.principal(context);
    context.json(
        jdbi.inTransaction(
            handle ->
                folder.load(
                    read,
                    (name, rule) ->
                        folder.isDryRun()
                            ? ClassRules.state(rules.find(handle, name).orElse(null), rule)
                            : rules.put(handle, who, rule, _ -> {}))));
  }
}
