package dev.ingot.server.inventory.views;

import dev.ingot.server.access.Audit;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.aggregate.Aggregations;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.nodes.ViewNodes;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.Store;

/** The feature: its doors, made once. */
public final class Views {
  private final ViewStore views;
  private final Questions questions;
  private final Routes routes;

  public Views(
      Store store, Queries queries, Aggregations aggregations, Audit audit, Outbox outbox) {
    this.views = new ViewStore(new ShippedViews(), audit, outbox);
    this.questions = new Questions(queries, aggregations);
    this.routes = new ViewRoutes(store.api(), views, questions);
  }

  public Routes routes() {
    return routes;
  }

  /** For targets: the nodes that a view shows. */
  public ViewNodes nodes() {
    return (handle, principal, name) -> {
      ViewDefinition view =
          views
              .find(handle, name)
              .orElseThrow(() -> Problem.notFound("there is no view " + name))
              .read();
      if (view.isAggregation()) {
        throw Problem.invalid(
            "on", "the view " + name + " has a pipeline: it shows groups, and no nodes");
      }
      view.parameters()
          .forEach(
              (parameter, form) -> {
                if (form.preset() == null) {
                  throw Problem.invalid(
                      "on", "the view " + name + " needs a value for its parameter " + parameter);
                }
              });
      return questions.matching(handle, view.filter(view.values(null)), PathAccess.of(principal));
    };
  }
}
