package dev.ingot.server.eve;

import dev.ingot.server.http.HttpServer;
import dev.ingot.server.http.HttpSettings;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.problem.StartFailure;
import dev.ingot.server.resources.Resources;
import dev.ingot.server.resources.ResourcesSettings.EveSettings;
import dev.ingot.server.store.Store;
import java.time.InstantSource;
import java.util.List;

/** The feature: on when {@code resources.eve.compat} is 2014, and never where it is not safe. */
public final class Eve {
  private Eve() {}

  /**
   * Refuses a start in which the account's password would cross a network in the clear, or without
   * an account.
   *
   * @throws StartFailure with one line for the person who starts the server
   */
  public static void check(EveSettings settings, HttpSettings http) {
    if (!settings.isOn()) {
      return;
    }
    if (settings.user() == null || settings.password() == null) {
      throw new StartFailure(
          "resources.eve.compat needs an account: set resources.eve.user and"
              + " resources.eve.password-file",
          null);
    }
    if (settings.user().isBlank() || settings.user().contains(":")) {
      throw new StartFailure("resources.eve.user must be a name without a colon", null);
    }
    if (http.tls().certificate() == null && !HttpServer.isAlone(http)) {
      throw new StartFailure(
          "resources.eve.compat sends a password with every request: beyond loopback it needs"
              + " http.tls.certificate and http.tls.key, whatever http.insecure says",
          null);
    }
  }

  /** Its routes; none while it is off. */
  public static List<Routes> routes(
      EveSettings settings,
      Store store,
      Queries queries,
      Resources resources,
      InstantSource clock) {
    if (!settings.isOn() || settings.user() == null || settings.password() == null) {
      return List.of();
    }
    EveAccount account = new EveAccount(settings.user(), settings.password().reveal(), clock);
    return List.of(new EveRoutes(store.api(), queries, resources, account));
  }
}
