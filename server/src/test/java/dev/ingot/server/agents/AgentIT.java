package dev.ingot.server.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ingot.agent.Agent;
import dev.ingot.agent.AgentSettings;
import dev.ingot.agent.AgentStartFailure;
import dev.ingot.agent.inspect.Inspection;
import dev.ingot.configuration.Secret;
import dev.ingot.server.TestServer;
import dev.ingot.server.access.AuditTable;
import dev.ingot.server.access.Principal;
import dev.ingot.server.nodes.joining.EnrolmentTokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole agent on this machine and the whole server, over PostgreSQL. */
class AgentIT {
  private TestServer server;
  private Jdbi jdbi;
  @TempDir private Path folder;

  @BeforeEach
  void start() {
    server = TestServer.start();
    jdbi =
        Jdbi.create(
            server.database().url(), server.database().user(), server.database().password());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private AgentSettings settings(String token) {
    AgentSettings standard = AgentSettings.DEFAULT;
    return new AgentSettings(
        new AgentSettings.ServerSettings(server.uri("").toString(), false, null),
        new AgentSettings.EnrolmentSettings(token == null ? null : new Secret(token), null),
        new AgentSettings.DataSettings(folder),
        standard.inspect(),
        standard.plugins(),
        standard.compat());
  }

  private String token() {
    return jdbi.inTransaction(
        handle ->
            new EnrolmentTokens(new AuditTable(), new SecureRandom())
                .make(handle, Principal.SYSTEM, "test", Duration.ofHours(1), null)
                .secret());
  }

  private long count(String sql) {
    return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
  }

  private String incarnationsOfQuickSections() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT string_agg(name || ' ' || incarnation, ',' ORDER BY name)"
                        + " FROM inventory_section WHERE name IN ('"
                        + String.join("', '", Inspection.QUICK)
                        + "')")
                .mapTo(String.class)
                .one());
  }

  private void awaitOne(String sql) {
    await().atMost(Duration.ofSeconds(30)).until(() -> count(sql) == 1);
  }

  @Test
  void thisMachineJoinsIsInventoriedIsLostWithItsAgentAndComesBackByItsKey() throws Exception {
    try (Agent _ = Agent.start(settings(token()))) {
      awaitOne(
          "SELECT count(*) FROM inventory WHERE jsonb_exists(doc, 'cpu') AND jsonb_exists(doc,"
              + " 'mem')");
      await("every section has come, the slow ones too")
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> count("SELECT count(*) FROM inventory_section") == Inspection.SECTIONS.size());
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(folder.resolve("agent/key"))))
          .isEqualTo("rw-------");
      assertThatThrownBy(() -> Agent.start(settings(null)))
          .isInstanceOf(AgentStartFailure.class)
          .hasMessageContaining("another agent runs");
      assertThat(count("SELECT count(*) FROM agent_session WHERE online")).isEqualTo(1);
    }
    awaitOne(
        "SELECT count(*) FROM agent_session WHERE NOT online"
            + " AND lost_reason = 'connection closed: the agent stops'");
    String reported = incarnationsOfQuickSections();
    try (Agent _ = Agent.start(settings(null))) {
      awaitOne("SELECT count(*) FROM agent_session WHERE online AND epoch = 2");
      // What is quickly read is known by its digest in the hello; the slow ones come when they are.
      assertThat(incarnationsOfQuickSections()).isEqualTo(reported);
    }
  }

  @Test
  void settingsThatCannotWorkAreNamed() {
    for (String url : new String[] {"ftp://server", "::", "http://192.0.2.1:8080"}) {
      AgentSettings wrong =
          new AgentSettings(
              new AgentSettings.ServerSettings(url, false, null),
              AgentSettings.DEFAULT.enrolment(),
              new AgentSettings.DataSettings(folder),
              AgentSettings.DEFAULT.inspect(),
              AgentSettings.DEFAULT.plugins(),
              AgentSettings.DEFAULT.compat());
      assertThatThrownBy(() -> Agent.start(wrong))
          .isInstanceOf(AgentStartFailure.class)
          .hasMessageContaining("server.url");
    }
  }
}
