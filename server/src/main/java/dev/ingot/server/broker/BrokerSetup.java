package dev.ingot.server.broker;

import dev.ingot.amqp.BrokerException;
import dev.ingot.amqp.BrokerSession;
import dev.ingot.amqp.Declarations;
import dev.ingot.amqp.OneConnection;
import dev.ingot.amqp.Reasons;
import dev.ingot.server.problem.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Declares all that is needed at the broker, and says what it did; again and again the same. */
final class BrokerSetup {
  /**
   * What became of one thing.
   *
   * @param broker where, without an account
   * @param outcome there, declared, missing (dry run), bound, differs or failed
   * @param detail why, where it differs or failed
   */
  record Item(String broker, String kind, String name, String outcome, @Nullable String detail) {}

  private final Place place;
  private final BrokerNeeds needs;

  BrokerSetup(Place place) {
    this.place = place;
    this.needs = place.needs();
  }

  static List<Item> run(List<Place> places, boolean dryRun) {
    List<Item> items = new ArrayList<>();
    for (Place place : places) {
      BrokerSetup setup = new BrokerSetup(place);
      for (Need need : place.needs().all()) {
        items.add(setup.item(need, dryRun));
      }
    }
    return items;
  }

  /** Each on a connection of its own: Qpid ends the connection of whoever declares what differs. */
  private Item item(Need need, boolean dryRun) {
    try (OneConnection connection = OneConnection.open(place.options())) {
      return item(connection.session(), need, dryRun);
    } catch (BrokerException e) {
      throw Problem.unavailable(String.valueOf(e.getMessage()), e);
    }
  }

  private Item item(Need need, String outcome, @Nullable String detail) {
    String broker = place.options().address().toString();
    return new Item(broker, need.kind(), need.name(), outcome, detail);
  }

  private Item item(BrokerSession session, Need need, boolean dryRun) {
    try {
      Declarations declarations = session.declarations();
      if (need instanceof Need.Binding) {
        var unused = needs.meet(declarations, need, dryRun);
        return item(need, dryRun ? "to be bound" : "bound", null);
      }
      Declarations.Found found = needs.meet(declarations, need, dryRun);
      String differs = found == Declarations.Found.THERE ? difference(declarations, need) : null;
      String outcome =
          differs != null
              ? "differs"
              : switch (found) {
                case THERE -> "there";
                case MADE -> "declared";
                case MISSING -> "to be declared";
              };
      return item(need, outcome, differs);
    } catch (IOException e) {
      return item(need, "failed", Reasons.of(e));
    }
  }

  /** Declared once more as it is wanted: nothing, or the broker says what is different. */
  private @Nullable String difference(Declarations declarations, Need need) {
    try {
      switch (need) {
        case Need.Exchange(_, String name, String type) ->
            declarations.assertExchange(name, type, needs.durable());
        case Need.Queue(_, String name) -> declarations.assertQueue(name, needs.durable());
        case Need.Binding _ -> {}
      }
      return null;
    } catch (IOException e) {
      return Reasons.of(e)
          + "; it is used as it is, or delete it and set up again ("
          + (needs.durable() ? "durable" : "not durable").toLowerCase(Locale.ROOT)
          + " is wanted)";
    }
  }
}
