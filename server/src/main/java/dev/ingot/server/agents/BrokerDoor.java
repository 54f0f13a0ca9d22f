package dev.ingot.server.agents;

import dev.ingot.server.broker.AmqpSettings;
import dev.ingot.server.http.Routes;
import org.jdbi.v3.core.Jdbi;

/** What the broker asks before it lets agents in. */
public final class BrokerDoor {
  private final BrokerAccess access;
  private final Routes routes;

  public BrokerDoor(Jdbi api, AmqpSettings settings) {
    String virtualHost = settings.isConfigured() ? settings.address().virtualHost() : "/";
    boolean asked =
        settings.isConfigured()
            && settings.agents()
            && settings.accounts() == AmqpSettings.Accounts.KEYS;
    this.access = new BrokerAccess(api, virtualHost, () -> System.nanoTime() / 1_000_000);
    this.routes = new BrokerAccessRoutes(access, asked, settings.authSecret());
  }

  public Routes routes() {
    return routes;
  }

  /** After a restore: who was let in is asked for again. */
  public void forget() {
    access.forget();
  }
}
