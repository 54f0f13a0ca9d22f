import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * db-scheduler: so many one-time executions, as its documentation sets it up for throughput, that do nothing or (http) send a request
 * and wait for its answer.
 */
public final class Peer {
  private static final String TABLE =
      "drop table if exists scheduled_tasks; create table scheduled_tasks (task_name text not null, task_instance text not null, task_data"
          + " bytea, execution_time timestamptz not null, picked boolean not null, picked_by text,"
          + " last_success timestamptz, last_failure timestamptz, consecutive_failures int,"
          + " last_heartbeat timestamptz, version bigint not null, priority smallint,"
          + " primary key (task_name, task_instance));"
          + " create index execution_time_idx on scheduled_tasks (execution_time);"
          + " create index last_heartbeat_idx on scheduled_tasks (last_heartbeat)";

  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[1]);
    boolean http = arguments.length > 2 && arguments[2].equals("http");
    HttpServer target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    target.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    target.createContext("/", exchange -> {
      exchange.sendResponseHeaders(204, -1);
      exchange.close();
    });
    target.start();
    HttpClient client = HttpClient.newHttpClient();
    URI url = URI.create("http://127.0.0.1:" + target.getAddress().getPort() + "/");
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(arguments[0]);
    config.setUsername("postgres");
    config.setMaximumPoolSize(12);
    try (HikariDataSource source = new HikariDataSource(config)) {
      try (var connection = source.getConnection();
          var statement = connection.createStatement()) {
        statement.execute(TABLE);
        statement.execute(
            "insert into scheduled_tasks (task_name, task_instance, execution_time, picked, version)"
                + " select 'nothing', n::text, now(), false, 1 from generate_series(1, " + count + ") n");
        statement.execute("vacuum analyze scheduled_tasks");
      }
      CountDownLatch left = new CountDownLatch(count);
      OneTimeTask<Void> task =
          Tasks.oneTime("nothing").execute((instance, context) -> {
            if (http) {
              ask(client, HttpRequest.newBuilder(url).header("Idempotency-Key", instance.getId()).PUT(HttpRequest.BodyPublishers.noBody()).build());
            }
            left.countDown();
          });
      Scheduler scheduler =
          Scheduler.create(source, task)
              .threads(20)
              .pollUsingLockAndFetch(0.5, 4.0)
              .pollingInterval(Duration.ofMillis(100))
              .build();
      Instant from = Instant.now();
      scheduler.start();
      left.await();
      double seconds = Duration.between(from, Instant.now()).toMillis() / 1000.0;
      System.out.printf("db-scheduler: %d executions that %s in %.1f s: %.0f/s%n", count, http ? "send a request" : "do nothing", seconds, count / seconds);
      scheduler.stop();
    }
    target.stop(0);
  }

  private static void ask(HttpClient client, HttpRequest request) {
    try {
      int status = client.send(request, BodyHandlers.ofString()).statusCode();
      if (status != 204) {
        throw new IllegalStateException("answered " + status);
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
