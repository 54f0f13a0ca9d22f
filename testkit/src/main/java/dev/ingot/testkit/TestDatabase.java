package dev.ingot.testkit;

import dev.ingot.postgres.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A database for one test class, in the one PostgreSQL of this JVM. It is a copy of a template that
 * was filled once, so it costs about 50 ms.
 */
public final class TestDatabase implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Set<String> TEMPLATES = new HashSet<>();

  private final EmbeddedPostgres postgres;
  private final String name;

  private TestDatabase(EmbeddedPostgres postgres, String name) {
    this.postgres = postgres;
    this.name = name;
  }

  /** Fills a template database; no connection to it may stay open. */
  @FunctionalInterface
  public interface Filling {
    void fill(String url, String user, String password) throws Exception;
  }

  /** An empty database. */
  public static TestDatabase empty() {
    return make("template1");
  }

  /**
   * A copy of the template of this name, which the first caller in this JVM fills.
   *
   * @param template a word of lower-case letters
   */
  public static TestDatabase copyOf(String template, Filling filling) {
    synchronized (TEMPLATES) {
      String name = "template_" + template;
      if (!TEMPLATES.contains(name)) {
        EmbeddedPostgres postgres = TestPostgres.running();
        postgres.withDatabase(name);
        try {
          filling.fill(postgres.url(name), postgres.user(), postgres.password());
        } catch (Exception e) {
          throw new IllegalStateException("fill the template database " + template, e);
        }
        TEMPLATES.add(name);
      }
      return make(name);
    }
  }

  private static TestDatabase make(String template) {
    EmbeddedPostgres postgres = TestPostgres.running();
    String name = "test_" + NUMBER.incrementAndGet();
    execute(postgres, "CREATE DATABASE " + name + " TEMPLATE " + template);
    return new TestDatabase(postgres, name);
  }

  /** JDBC URL without user and password. */
  public String url() {
    return postgres.url(name);
  }

  public String user() {
    return postgres.user();
  }

  public String password() {
    return postgres.password();
  }

  /** A connection that the caller closes. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), user(), password());
  }

  /** Drops it, cutting every connection to it. */
  @Override
  public void close() {
    execute(postgres, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }

  private static void execute(EmbeddedPostgres postgres, String sql) {
    try (Connection connection =
            DriverManager.getConnection(
                postgres.url("postgres"), postgres.user(), postgres.password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
