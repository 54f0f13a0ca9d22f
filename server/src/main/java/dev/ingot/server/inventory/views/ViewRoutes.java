package dev.ingot.server.inventory.views;

import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.definitions.Folder;
import dev.ingot.server.inventory.definitions.Folder.State;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code /api/v1/views}. */
final class ViewRoutes implements Routes {
  private static final String VIEWS = "/api/v1/views";
  private static final String VIEW = VIEWS + "/{name}";

  private final Jdbi jdbi;
  private final ViewStore views;
  private final Questions questions;
  private final ViewRun run;

  ViewRoutes(Jdbi jdbi, ViewStore views, Questions questions) {
    this.jdbi = jdbi;
    this.views = views;
    this.questions = questions;
    this.run = new ViewRun(questions);
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(VIEWS, this::list, Role.READER, Segmented.YES);
    routes.post(VIEWS + "/load", this::load, Role.OPERATOR);
    routes.get(VIEW, this::show, Role.READER, Segmented.YES);
    routes.put(VIEW, this::put, Role.OPERATOR);
    routes.delete(VIEW, this::delete, Role.OPERATOR);
    routes.post(VIEW + "/run", this::run, Role.READER, Segmented.YES);
  }

  private void list(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor");
    Cursor cursor = query.cursor("views", 1);
    String after = cursor == null ? "" : cursor.keys().getFirst();
    List<View> found =
        jdbi.withHandle(views::all).stream()
            .filter(view -> view.name().compareTo(after) > 0)
            .limit(query.limit() + 1L)
            .toList();
    context.json(Page.of(found, query.limit(), view -> Cursor.of("views", view.name())));
  }

  private void show(Context context) {
    Requests.query(context);
    String name = context.pathParam("name");
    View view = jdbi.withHandle(handle -> views.require(handle, name));
    context.header("ETag", view.etag()).json(view);
  }

  private void put(Context context) {
    Requests.query(context);
    ViewDefinition view =
        ViewDefinition.parse(context.pathParam("name"), Requests.json(context), questions);
    Principal who = Requests.principal(context);
    State state =
        jdbi.inTransaction(
            handle -> views.put(handle, who, view, before -> precondition(context, before)));
    View stored = jdbi.withHandle(handle -> views.require(handle, view.name()));
    context.status(state == State.CREATED ? 201 : 200).header("ETag", stored.etag()).json(stored);
  }

  private static void precondition(Context context, @Nullable View before) {
    String noneMatch = context.header("If-None-Match");
    if (noneMatch != null && noneMatch.strip().equals("*") && before != null) {
      throw Problem.preconditionFailed("it is there already: its ETag is " + before.etag());
    }
    if (before != null) {
      Requests.ifMatch(context, before.etag());
    } else if (context.header("If-Match") != null) {
      throw Problem.preconditionFailed("there is no such view any more");
    }
  }

  private void delete(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    String name = context.pathParam("name");
    Principal who = Requests.principal(context);
    jdbi.useTransaction(
        handle ->
            views.delete(handle, who, name, before -> Requests.ifMatch(context, before.etag())));
    context.status(204);
  }

  private void load(Context context) {
    Requests.query(context);
    Folder folder = Requests.body(context, Folder.class);
    Map<Folder.File, Folder.Named<ViewDefinition>> read =
        folder.read((name, definition) -> ViewDefinition.parse(name, definition, questions));
    Principal who = Requests.principal(context);
    context.json(
        jdbi.inTransaction(
            handle ->
                folder.load(
                    read,
                    (name, view) ->
                        folder.isDryRun()
                            ? views.state(views.find(handle, name).orElse(null), view)
                            : views.put(handle, who, view, _ -> {}))));
  }

  /** What is asked of a run; all of it may be left out. */
  record Asked(
      @Nullable JsonNode parameters,
      @Nullable Integer limit,
      @Nullable String cursor,
      @Nullable Boolean count) {}

  private void run(Context context) {
    Requests.query(context);
    Asked asked = Requests.body(context, Asked.class);
    String name = context.pathParam("name");
    PathAccess access = PathAccess.of(Requests.principal(context));
    context.json(
        jdbi.withHandle(
            handle -> run.of(handle, views.require(handle, name).read(), asked, access)));
  }
}
