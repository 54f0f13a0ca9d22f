package dev.ingot.server.workflow.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.ingot.server.DatabaseWire;
import dev.ingot.server.TestServer;
import dev.ingot.server.store.DatabaseSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two hundred runs are under way while their database goes away in one way and another. */
class RunsOutageIT {
  private static final int AT_A_TIME = 50;
  private static final Duration MOST = Duration.ofSeconds(90);
  private static final String ALL_ELSE =
      " from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";

  private DatabaseWire wire;
  private TestServer server;
  private HttpServer target;
  private int begun;

  @BeforeEach
  void start() throws IOException {
    target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    target.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    target.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    target.start();
    server = TestServer.start(settings -> settings.with(throughTheWire(settings.database())));
    String ask =
        "'type':'http','options':{'method':'PUT','url':'http://127.0.0.1:"
            + target.getAddress().getPort()
            + "/'}";
    assertThat(
            server
                .put(
                    "/api/v1/workflows/act",
                    WorkflowScene.json(
                        "{'steps':[{'name':'a',"
                            + ask
                            + "},{'name':'nap','type':'sleep','after':'a','options':{'time':'300ms'}},"
                            + "{'name':'b','after':'nap',"
                            + ask
                            + "},{'name':'c','type':'noop','after':'b'}]}"))
                .status())
        .isEqualTo(201);
  }

  private DatabaseSettings throughTheWire(DatabaseSettings direct) {
    URI url = URI.create(String.valueOf(direct.url()).substring("jdbc:".length()));
    try {
      wire = wire == null ? new DatabaseWire(url.getPort()) : wire;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return direct.external(
        "jdbc:postgresql://127.0.0.1:" + wire.port() + url.getPath(),
        String.valueOf(direct.user()),
        java.util.Objects.requireNonNull(direct.password()).reveal());
  }

  @AfterEach
  void stop() throws IOException {
    wire.mend();
    server.close();
    wire.close();
    target.stop(0);
  }

  @Test
  void everyRunEndsWhenItsDatabaseIsBack() throws Exception {
    theConnectionIsCutThatListens();
    everyConnectionIsCut();
    theDatabaseIsKilled();
    theNetworkIsAway(Duration.ofMillis(1_500));
  }

  @Test
  @Tag("long")
  void everyRunEndsWhenItsDatabaseWasAwayForTwentySeconds() throws Exception {
    theNetworkIsAway(Duration.ofSeconds(20));
    wire.cut();
    assertThat(server.post("/api/v1/runs", "{\"workflow\":\"act\"}").status()).isEqualTo(503);
    wire.mend();
    theDatabaseIsKilled();
  }

  /** What is called then is found by looking. */
  private void theConnectionIsCutThatListens() throws Exception {
    begin();
    for (int i = 0; i < 3; i++) {
      sql("select count(pg_terminate_backend(pid))" + ALL_ELSE + " and query like 'LISTEN%'");
      TimeUnit.MILLISECONDS.sleep(100);
    }
    allEnd();
  }

  private void everyConnectionIsCut() throws Exception {
    begin();
    long cut = 0;
    for (int i = 0; i < 3; i++) {
      TimeUnit.MILLISECONDS.sleep(200);
      cut += sql("select count(pg_terminate_backend(pid))" + ALL_ELSE);
    }
    assertThat(cut).isPositive();
    allEnd();
  }

  /** By kill -9; whoever watches it starts it again. */
  private void theDatabaseIsKilled() throws Exception {
    begin();
    TimeUnit.MILLISECONDS.sleep(300);
    long process = sql("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::bigint");
    ProcessHandle.of(process).orElseThrow().destroyForcibly();
    allEnd();
  }

  private void theNetworkIsAway(Duration length) throws Exception {
    begin();
    TimeUnit.MILLISECONDS.sleep(300);
    wire.silence();
    TimeUnit.MILLISECONDS.sleep(length.toMillis());
    wire.mend();
    TimeUnit.MILLISECONDS.sleep(200);
    wire.cut();
    TimeUnit.MILLISECONDS.sleep(length.toMillis());
    wire.mend();
    allEnd();
  }

  /** As if so many had been asked for; one of them is. */
  private void begin() throws SQLException {
    assertThat(server.post("/api/v1/runs", "{\"workflow\":\"act\"}").status()).isEqualTo(201);
    long made =
        sql(
            "with made as (insert into run (version, inputs, options, secret, created_by) select"
                + " v.id, '{}', '{}', '\\x00', 'test' from workflow_version v, generate_series(2, "
                + AT_A_TIME
                + ") where v.name = 'act' returning 1) select count(*) from made");
    begun += (int) made + 1;
  }

  private void allEnd() {
    await()
        .atMost(MOST)
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(() -> sql("select count(*) from run where status = 2") == begun);
  }

  private long sql(String query) throws SQLException {
    try (Connection connection = server.database().connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
