package dev.ingot.app;

import dev.ingot.agent.AgentSettings;
import dev.ingot.agent.discovery.Discovery;
import dev.ingot.agent.discovery.Place;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server of an agent that was not told it: looked for until one answers. */
final class FoundServer {
  private static final Logger log = LoggerFactory.getLogger(FoundServer.class);
  private static final Duration SHORTEST = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private FoundServer() {}

  /** The settings with a server; empty if the process is asked to stop before one answers. */
  static Optional<AgentSettings> of(AgentSettings settings, Stopping stopping)
      throws InterruptedException {
    if (!settings.server().isToBeFound()) {
      return Optional.of(settings);
    }
    Discovery discovery = settings.discovery();
    String said = "";
    Duration pause = SHORTEST;
    while (true) {
      Optional<Place> found = discovery.find();
      if (found.isPresent()) {
        log.info("the server is {}, says {}", found.get().url(), found.get().source());
        return Optional.of(settings.at(found.get()));
      }
      if (!discovery.tried().equals(said)) {
        said = discovery.tried();
        log.warn(
            "no server answers. server.url (--server.url, INGOT_SERVER_URL) names none; tried:\n"
                + "  {}\n"
                + "It is looked for again and again.",
            said);
      }
      if (stopping.await(pause)) {
        return Optional.empty();
      }
      pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
    }
  }
}
