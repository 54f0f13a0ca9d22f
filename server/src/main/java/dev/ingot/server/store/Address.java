package dev.ingot.server.store;

import dev.ingot.configuration.Secret;
import dev.ingot.server.problem.StartFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import org.postgresql.Driver;

/** Where a database is and as whom it is entered; never prints the password. */
record Address(String url, String user, String password) {
  static Address external(String url, DatabaseSettings settings) {
    String jdbc = url.startsWith("jdbc:") ? url : "jdbc:" + url;
    jdbc = jdbc.replaceFirst("^jdbc:postgres://", "jdbc:postgresql://");
    Properties parsed = Driver.parseURL(jdbc, new Properties());
    if (!jdbc.startsWith("jdbc:postgresql:") || parsed == null) {
      throw StartFailure.ofSettings(
          "database.url is not a PostgreSQL URL (jdbc:postgresql://host:port/database)", null);
    }
    if (parsed.containsKey("password") || jdbc.matches("jdbc:postgresql://[^/?]*@.*")) {
      throw StartFailure.ofSettings(
          "database.url holds a user or password: use database.user, database.password-file or"
              + " INGOT_DATABASE_PASSWORD",
          null);
    }
    String user = settings.user() == null ? "ingot" : settings.user();
    Secret password = settings.password();
    return new Address(jdbc, user, password == null ? "" : password.reveal());
  }

  /** A connection outside the pools, which the caller closes. */
  Connection connect(String purpose) throws SQLException {
    return connect(properties(purpose));
  }

  /** The same, given up after so many seconds, as is each of its statements. */
  Connection connect(String purpose, int seconds) throws SQLException {
    Properties properties = properties(purpose);
    for (String limit : List.of("connectTimeout", "loginTimeout", "socketTimeout")) {
      properties.setProperty(limit, Integer.toString(seconds));
    }
    return connect(properties);
  }

  /** A connection with properties of its own, which the caller closes. */
  Connection connect(Properties properties) throws SQLException {
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    Connection connection = new Driver().connect(url, properties);
    if (connection == null) {
      throw new SQLException("not a PostgreSQL URL: " + url);
    }
    return connection;
  }

  static Properties properties(String purpose) {
    Properties properties = new Properties();
    properties.setProperty("ApplicationName", "ingot-" + purpose);
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("loginTimeout", "10");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("reWriteBatchedInserts", "true");
    return properties;
  }

  @Override
  public String toString() {
    return url;
  }
}
