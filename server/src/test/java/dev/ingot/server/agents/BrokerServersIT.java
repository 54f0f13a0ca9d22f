package dev.ingot.server.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.broker.EmbeddedBroker;
import dev.ingot.server.Server;
import dev.ingot.server.ServerSettings;
import dev.ingot.server.TestServer;
import dev.ingot.server.broker.AmqpSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers of one database at one broker. */
class BrokerServersIT {
  private static final int AGENTS = 6;

  private static long ask(Jdbi jdbi, String question) {
    return jdbi.withHandle(handle -> handle.createQuery(question).mapTo(Long.class).one());
  }

  private static void awaitThat(Jdbi jdbi, String question, long answer) {
    await().atMost(Duration.ofSeconds(60)).until(() -> ask(jdbi, question) == answer);
  }

  @Test
  void theyShareAgentsAndEventsAndOneGoesOnWithAll(@TempDir Path folder) throws Exception {
    List<BrokerAgent> agents = new ArrayList<>();
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, "secret");
        TestServer first =
            TestServer.start(settings -> settings.with(AmqpSettings.DEFAULT.with(broker.url())))) {
      Jdbi jdbi =
          Jdbi.create(first.database().url(), first.database().user(), first.database().password());
      Server second = Server.start(first.settings().with(new ServerSettings.DataSettings(folder)));
      try {
        awaitThat(jdbi, "SELECT count(*) FROM event_relay WHERE lease > now()", 8);
        awaitThat(jdbi, "SELECT count(DISTINCT owner) FROM event_relay", 2);
        String token = BrokerAgent.token(first);
        for (int number = 1; number <= AGENTS; number++) {
          agents.add(new BrokerAgent(broker.url(), number, token, 1));
          awaitThat(jdbi, "SELECT count(*) FROM agent_session WHERE online", number);
        }
        assertThat(ask(jdbi, "SELECT count(DISTINCT server) FROM agent_session WHERE online"))
            .isEqualTo(2);
      } finally {
        second.close();
      }
      awaitThat(
          jdbi,
          "SELECT CASE WHEN count(DISTINCT server) = 1 THEN count(*) ELSE 0 END"
              + " FROM agent_session WHERE online",
          AGENTS);
      awaitThat(
          jdbi,
          "SELECT CASE WHEN count(DISTINCT owner) = 1 THEN count(*) ELSE 0 END FROM event_relay"
              + " WHERE lease > now()",
          8);
      awaitThat(jdbi, "SELECT max(p.last - r.position) FROM event_relay r, event_position p", 0);
    } finally {
      agents.forEach(BrokerAgent::close);
    }
  }
}
