import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/** db-scheduler: so many one-time executions that do nothing, as its documentation sets it up for throughput. */
public final class Peer {
  private static final String TABLE =
      "create table scheduled_tasks (task_name text not null, task_instance text not null, task_data"
          + " bytea, execution_time timestamptz not null, picked boolean not null, picked_by text,"
          + " last_success timestamptz, last_failure timestamptz, consecutive_failures int,"
          + " last_heartbeat timestamptz, version bigint not null, priority smallint,"
          + " primary key (task_name, task_instance));"
          + " create index execution_time_idx on scheduled_tasks (execution_time);"
          + " create index last_heartbeat_idx on scheduled_tasks (last_heartbeat)";

  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[1]);
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
          Tasks.oneTime("nothing").execute((instance, context) -> left.countDown());
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
      System.out.printf("db-scheduler: %d executions in %.1f s: %.0f/s%n", count, seconds, count / seconds);
      scheduler.stop();
    }
  }
}
